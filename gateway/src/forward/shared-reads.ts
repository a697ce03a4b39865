import type { Dispatcher } from 'undici'
import { limits } from '../limits.ts'
import type { AnswerHead } from './answer-headers.ts'
import type { Answering } from './answering.ts'
import {
  confirmedHeaders,
  createKeptAnswers,
  type KeptAnswer,
  type KeptAnswers,
  ofTheMoment,
} from './kept-answers.ts'

type Controller = Dispatcher.DispatchController

/** One reader of a page, and the request that it would send if it were alone. */
export interface Reader {
  answering: Answering
  /** Sends the request; with an entity tag, it is answered by a 304 where that still holds. */
  ask(handler: Dispatcher.DispatchHandler, etag?: string): void
  method: string
  wantsCoding: boolean
}

interface Flight<Waiting = Reader> {
  begunMs: number
  waiting: Waiting[]
}

interface KeyedReader {
  key: string
  reader: Reader
}

const isQuick = ({ begunMs }: Flight<unknown>): boolean =>
  performance.now() - begunMs < limits.sharedWaitMsMax

/**
 * Lets those who ask for the same page at the same time share one request. Whoever comes while a request is under way shares
 * the next one, so that nobody is given an answer that is older than their question. A request that goes to one reader alone
 * is under way until its answer begins: the answer may be a stream without an end, or its reader slow.
 *
 * Those whose pages are kept share one request across pages: its answer names the state of the view, and what was kept under the
 * same state holds. Any other is asked for by itself.
 */
export const createSharedReads = () => {
  const flights = new Map<string, Flight>()
  const answers = createKeptAnswers()
  let confirming: Flight<KeyedReader> | undefined

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

  /** Each page by itself. A request that takes long holds up those who wait for it already, and nobody else. */
  const readAlone = ({ key, reader }: KeyedReader): void => {
    const flight = flights.get(key)
    if (flight && isQuick(flight)) flight.waiting.push(reader)
    else if (flight) reader.ask(reader.answering)
    else {
      const fresh = { begunMs: 0, waiting: [] }
      flights.set(key, fresh)
      fly(key, fresh, [reader])
    }
  }

  const confirm = ([first, ...others]: readonly KeyedReader[]): void => {
    if (first === undefined) return
    const flight: Flight<KeyedReader> = { begunMs: performance.now(), waiting: [] }
    confirming = flight
    const landed = (head: AnswerHead | undefined) => {
      confirming = undefined
      const present = head && ofTheMoment(head)
      for (const each of others) {
        const kept = answers.get(each.key)
        if (present && kept?.viewState !== undefined && kept.viewState === head.viewState)
          each.reader.answering.whole({ ...kept, status: 200, headers: confirmedHeaders(kept, present) })
        else readAlone(each)
      }
      confirm(flight.waiting)
    }
    const { key, reader } = first
    const kept = answers.get(key)
    reader.ask(new Shared({ key, first: reader, others: [], answers, kept, landed }), kept?.etag)
  }

  return {
    read(key: string, reader: Reader): void {
      const asked = { key, reader }
      const isKept = !flights.has(key) && answers.get(key)?.viewState !== undefined
      if (isKept && confirming === undefined) confirm([asked])
      else if (isKept && confirming && isQuick(confirming)) confirming.waiting.push(asked)
      else readAlone(asked)
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
  /** Told the head of the answer, if there was one. */
  landed: (head: AnswerHead | undefined) => void
}

/** Passes an answer on to the first as it comes; to several, once it is whole. One that is long or has no length is not shared. */
class Shared implements Dispatcher.DispatchHandler {
  readonly #options: SharedOptions
  #isUnderWay = true
  #others: readonly Reader[]
  /** Of an answer that all get once it is whole. */
  #head: { status: number; headers: readonly string[] } | undefined
  #said: AnswerHead | undefined
  #isKeeping = false
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
    this.#said = head
    const { headers, contentLength } = head
    if (status === 304 && kept) {
      kept.viewState = head.viewState
      this.#head = { status: 200, headers: confirmedHeaders(kept, headers) }
      this.#chunks = [kept.body]
      return
    }
    this.#isKeeping = method === 'GET' && answers.isWorthIt({ status, headers, contentLength, wantsCoding })
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
    if (this.#head || this.#isKeeping) this.#chunks.push(chunk)
    if (!this.#head) this.#options.first.answering.onResponseData(controller, chunk)
  }

  onResponseEnd(): void {
    const { key, first, answers } = this.#options
    const chunks = this.#chunks
    if (this.#isKeeping && this.#said) answers.set(key, { ...this.#said, chunks })
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
    this.#options.landed(this.#said)
  }
}
