import type { Dispatcher } from 'undici'
import { limits } from '../limits.ts'
import { answerHead } from './answer-headers.ts'
import type { Answering } from './answering.ts'

type Controller = Dispatcher.DispatchController

/** One reader of a page, and the request that it would send if it were alone. */
export interface Reader {
  answering: Answering
  prefix: string
  ask(handler: Dispatcher.DispatchHandler): void
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
    if (first) first.ask(new Shared({ first, others, landed }))
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
  first: Reader
  others: readonly Reader[]
  landed: () => void
}

/** Passes an answer on to the first as it comes; to several, once it is whole. One that is long or has no length is not shared. */
class Shared implements Dispatcher.DispatchHandler {
  readonly #first: Reader
  readonly #landed: () => void
  #isUnderWay = true
  #others: readonly Reader[]
  #head: { status: number; headers: string[] } | undefined
  readonly #chunks: Buffer[] = []

  constructor({ first, others, landed }: SharedOptions) {
    this.#first = first
    this.#others = others
    this.#landed = landed
  }

  onRequestStart(controller: Controller): void {
    if (this.#others.length === 0) this.#first.answering.onRequestStart(controller)
  }

  onResponseStart(controller: Controller, status: number): void {
    if (status < 200) return
    if (this.#others.length > 0) {
      const raw = (controller.rawHeaders ?? []) as Buffer[]
      const { headers, contentLength } = answerHead(raw, { prefix: this.#first.prefix })
      if (contentLength !== undefined && contentLength <= limits.sharedBytesMax) {
        this.#head = { status, headers }
        return
      }
      const alone = this.#others
      this.#others = []
      for (const { ask, answering } of alone) ask(answering)
      this.#first.answering.onRequestStart(controller)
    }
    this.#first.answering.onResponseStart(controller, status)
    this.#land()
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.#head) this.#chunks.push(chunk)
    else this.#first.answering.onResponseData(controller, chunk)
  }

  onResponseEnd(): void {
    const [only, ...more] = this.#chunks
    if (this.#head) {
      const body = only && more.length === 0 ? only : Buffer.concat(this.#chunks)
      for (const { answering } of [this.#first, ...this.#others]) answering.whole({ ...this.#head, body })
    } else this.#first.answering.onResponseEnd()
    this.#land()
  }

  onResponseError(controller: Controller, error: Error): void {
    for (const { answering } of [this.#first, ...this.#others]) answering.onResponseError(controller, error)
    this.#land()
  }

  #land(): void {
    if (!this.#isUnderWay) return
    this.#isUnderWay = false
    this.#landed()
  }
}
