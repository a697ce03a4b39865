import type { Dispatcher } from 'undici'
import { limits } from '../limits.ts'
import type { Answering } from './answering.ts'
import { confirmedHeaders, createKeptAnswers, type KeptAnswer, type KeptAnswers } from './kept-answers.ts'

type Controller = Dispatcher.DispatchController

/** One reader of a page, and the request that it would send if it were alone. */
export interface Reader {
  answering: Answering
  /** Sends the request; with an entity tag, it is answered by a 304 where that still holds. */
  ask(handler: Dispatcher.DispatchHandler, etag?: string): void
  method: string
  wantsCoding: boolean
}

interface Flight {
  begunMs: number
  waiting: Reader[]
}

/**
 * Lets those who ask for the same page at the same time share one request. Whoever comes while a request is under way shares
 * the next one, so that nobody is given an answer that is older than their question. A request that goes to one reader alone
 * is under way until its answer begins: the answer may be a stream without an end, or its reader slow.
 */
export const createSharedReads = () => {
  const flights = new Map<string, Flight>()
  const answers = createKeptAnswers()

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
    if (first === undefined) return
    const kept = answers.get(key)
    first.ask(new Shared({ key, first, others, answers, kept, landed }), kept?.etag)
  }

  return {
    read(key: string, reader: Reader): void {
      const flight = flights.get(key)
      if (flight && performance.now() - flight.begunMs < limits.sharedWaitMsMax) {
        flight.waiting.push(reader)
        return
      }
      // A request that takes long holds up those who wait for it already, and nobody else.
      if (flight) {
        reader.ask(reader.answering)
        return
      }
      const fresh = { begunMs: 0, waiting: [] }
      flights.set(key, fresh)
      fly(key, fresh, [reader])
    },
  }
}

interface SharedOptions {
  key: string
  first: Reader
  others: readonly Reader[]
  answers: KeptAnswers
  /** What was asked for again, unless it still holds. */
  kept: KeptAnswer | undefined
  landed: () => void
}

/** Passes an answer on to the first as it comes; to several, once it is whole. One that is long or has no length is not shared. */
class Shared implements Dispatcher.DispatchHandler {
  readonly #options: SharedOptions
  #isUnderWay = true
  #others: readonly Reader[]
  /** Of an answer that all get once it is whole. */
  #head: { status: number; headers: readonly string[] } | undefined
  /** Headers of an answer that is to be kept. */
  #keeping: readonly string[] | undefined
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
    const { first, kept, answers } = this.#options
    const { answering, method, wantsCoding } = first
    const head = answering.headOf(controller)
    const { headers, contentLength } = head
    if (status === 304 && kept) {
      this.#head = { status: 200, headers: confirmedHeaders(kept, head) }
      this.#chunks = [kept.body]
      return
    }
    if (method === 'GET' && answers.isWorthIt({ status, headers, contentLength, wantsCoding }))
      this.#keeping = headers
    if (this.#others.length > 0) {
      if (contentLength !== undefined && contentLength <= limits.sharedBytesMax) {
        this.#head = { status, headers }
        return
      }
      const alone = this.#others
      this.#others = []
      for (const each of alone) each.ask(each.answering)
      answering.onRequestStart(controller)
    }
    answering.begin(status, head)
    this.#land()
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.#head || this.#keeping) this.#chunks.push(chunk)
    if (!this.#head) this.#options.first.answering.onResponseData(controller, chunk)
  }

  onResponseEnd(): void {
    const { key, first, answers } = this.#options
    const chunks = this.#chunks
    if (this.#keeping) answers.set(key, { headers: this.#keeping, chunks })
    if (this.#head) {
      const [only, ...more] = chunks
      const body = only && more.length === 0 ? only : Buffer.concat(chunks)
      for (const { answering } of [first, ...this.#others]) answering.whole({ ...this.#head, body })
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
