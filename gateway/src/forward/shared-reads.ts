import type { Dispatcher } from 'undici'
import type { AnswerCache } from '../cache/cache.ts'
import { limits } from '../limits.ts'
import type { Upstream } from '../routes.ts'
import { type AnswerHead, headerOf } from './answer-headers.ts'
import type { Answering } from './answering.ts'

type Controller = Dispatcher.DispatchController

/** One reader of a page, and the request that it would send if it were alone. */
export interface Reader {
  answering: Answering
  ask(handler: Dispatcher.DispatchHandler): void
  from: Upstream
  wantsCoding: boolean
}

interface Flight {
  begunMs: number
  waiting: Reader[]
}

const isQuick = ({ begunMs }: Flight): boolean => performance.now() - begunMs < limits.sharedWaitMsMax

/** Every anonymous answer of query is for all readers; of the client's, the cacheable ones. */
const isForAll = (from: Upstream, head: AnswerHead, cache: AnswerCache): boolean =>
  head.contentLength !== undefined &&
  head.contentLength <= limits.sharedBytesMax &&
  (from === 'query' || cache.isCacheable(head))

/**
 * Coalesces requests: readers who ask for the same page at the same time share one, whose answer is cached if it is cacheable. Readers who
 * arrive during a request share the next one, so that no answer is older than its request. A request for one reader alone
 * lasts until its answer begins: the answer may be a stream without an end, or its reader slow.
 */
export const createSharedReads = (cache: AnswerCache) => {
  const flights = new Map<string, Flight>()

  const fly = (key: string, flight: Flight, readers: readonly Reader[]): void => {
    flight.begunMs = performance.now()
    const landed = () => {
      if (flights.get(key) !== flight) return
      const next = flight.waiting
      flight.waiting = []
      if (next.length > 0) fly(key, flight, next)
      else flights.delete(key)
    }
    const [first, ...others] = readers
    if (first) first.ask(new Shared({ key, first, others, cache, landed }))
  }

  return {
    /** A slow request delays only the readers who wait for it already. */
    read(key: string, reader: Reader): void {
      const flight = flights.get(key)
      if (flight && isQuick(flight)) flight.waiting.push(reader)
      else if (flight) reader.ask(reader.answering)
      else {
        const fresh = { begunMs: 0, waiting: [] }
        flights.set(key, fresh)
        fly(key, fresh, [reader])
      }
    },
  }
}

interface SharedOptions {
  key: string
  first: Reader
  others: readonly Reader[]
  cache: AnswerCache
  /** Called once, when the answer is complete, streams to one reader, or failed. */
  landed: () => void
}

/** Gives an answer for all readers to each of them once it is complete; streams any other to the first, and lets the others ask for themselves. */
class Shared implements Dispatcher.DispatchHandler {
  readonly #options: SharedOptions
  #isUnderWay = true
  #others: readonly Reader[]
  /** Of an answer that all get once it is whole. */
  #head: { status: number; head: AnswerHead } | undefined
  #chunks: Buffer[] = []

  constructor(options: SharedOptions) {
    this.#options = options
    this.#others = options.others
  }

  onRequestStart(controller: Controller): void {
    if (this.#others.length === 0) this.#options.first.answering.onRequestStart(controller)
  }

  onResponseStart(controller: Controller, status: number): void {
    if (status < 200) return
    const { first, cache } = this.#options
    const head = first.answering.headOf(controller)
    if (isForAll(first.from, head, cache)) {
      this.#head = { status, head }
      return
    }
    const alone = this.#others
    this.#others = []
    for (const each of alone) each.ask(each.answering)
    first.answering.onRequestStart(controller)
    first.answering.begin(status, head)
    this.#land()
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.#head) this.#chunks.push(chunk)
    else this.#options.first.answering.onResponseData(controller, chunk)
  }

  onResponseEnd(): void {
    const { key, first, cache } = this.#options
    if (this.#head) {
      const { status, head } = this.#head
      // A copy: what comes from a socket is a piece of much more.
      const body = Buffer.concat(this.#chunks)
      cache.saw(head)
      if (status === 200) cache.put(key, { ...first, head, body })
      const { headers, countedView } = head
      const answer = { status, headers, body, etag: headerOf(headers, 'etag'), countedView }
      for (const { answering } of [first, ...this.#others]) answering.whole(answer)
    } else first.answering.onResponseEnd()
    this.#land()
  }

  onResponseError(controller: Controller, error: Error): void {
    const { first } = this.#options
    for (const { answering } of [first, ...this.#others]) answering.onResponseError(controller, error)
    this.#land()
  }

  #land(): void {
    if (!this.#isUnderWay) return
    this.#isUnderWay = false
    this.#options.landed()
  }
}
