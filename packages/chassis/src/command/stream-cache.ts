import type { LogIdentity } from '@logbook/contracts/http/log-identity.ts'
import { LRUCache } from 'lru-cache'
import { roomFor } from '../cache-room.ts'
import { type AgreedLog, isSameLog } from '../log/agreed-log.ts'

/** A stream folded, as far as it was read. */
export interface StreamState<State> {
  state: State
  /** The stream's version. */
  version: number
  /** The log position at which this state stands. */
  position: number
}

type States<State> = LRUCache<string, StreamState<State>>

/** The states of streams that are at hand, all of them of one log: those of another are dropped when that one is agreed with. */
export class StreamCache<State> {
  readonly #agreed: AgreedLog
  readonly #streamsMax: number
  #log: LogIdentity | undefined
  #states: States<State>

  constructor({ agreed, streamsMax }: { agreed: AgreedLog; streamsMax: number }) {
    this.#agreed = agreed
    this.#streamsMax = streamsMax
    this.#log = agreed.current
    this.#states = this.#none()
  }

  /** To be asked for before the log is: what is loaded on the way from one log to another then goes into states that are dropped. */
  current(): States<State> {
    const { current } = this.#agreed
    if (this.#log !== undefined && !isSameLog(this.#log, current)) this.forget()
    this.#log = current
    return this.#states
  }

  /** Drops every state that is at hand, those on their way included: the log may say less by now than it did. */
  forget(): void {
    this.#states = this.#none()
  }

  #none(): States<State> {
    return new LRUCache(roomFor(this.#streamsMax))
  }
}
