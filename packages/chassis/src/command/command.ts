import type { DomainEvent } from '@logbook/contracts/envelope.ts'
import type { Cause } from './cause.ts'

export interface Idempotency {
  /** Unique per caller and command; becomes the event's id. */
  id: string
  /** Fingerprint of the request: the same id with another one is a conflict. */
  digest: string
}

export interface Command<State> extends Cause {
  /** The stream whose state decides, and which the append is conditional on. */
  subject: string
  /** Pure. Throws a `Problem` to refuse; returns nothing where nothing changes. May be called more than once. */
  decide: (state: State, version: number) => readonly DomainEvent[]
  /** The version that the caller saw: another one is `precondition-failed`. */
  ifMatch?: number | undefined
  idempotency?: Idempotency | undefined
  /** The id of the event that this answers. The ids of the new events derive from it. */
  causationId?: string | undefined
  /** True where only this command can have begun the stream: then the log is not read before the append. */
  isNew?: boolean
  /** The id of the first event, for a `decide` that names it, where neither of the two above gives one. */
  id?: string | undefined
}
