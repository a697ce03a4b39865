/** What the last attempt came to. */
export interface Failure {
  /** The HTTP status, where there was an answer. */
  status: number | null
  reason: string
  bodyExcerpt: string | null
}

/**
 * `dueAt` and `until` are of the steady clock, since they end a duration; every other time is of the wall clock, for people. All are
 * milliseconds since 1970.
 */
export type DeliveryState =
  | { kind: 'waiting'; dueAt: number }
  | { kind: 'leased'; token: number; consumer: string; until: number }
  | { kind: 'parked'; why: 'failed' | 'behind'; at: number }

/** One event of one subscription, from when it is read from the log until it is settled. */
export interface Delivery {
  position: number
  id: string
  subject: string
  /** Of the subscription's event before this one, 0 for the first. */
  previous: number
  /** The event's own time. */
  time: number
  /** Deliveries so far; the one under way is counted before it begins. */
  attempts: number
  firstAttemptAt: number | null
  lastAttemptAt: number | null
  failure: Failure | null
  /** It was parked and is tried again: the place has gone past it. */
  replayed: boolean
  state: DeliveryState
}

export type Leased = Delivery & { state: Extract<DeliveryState, { kind: 'leased' }> }

/** The end of a delivery: it leaves the window for the record of what was settled. */
export interface Settlement {
  delivery: Delivery
  how: 'acknowledged' | 'skipped'
  consumer: string
  reason: string | null
  at: number
}

export interface Claim {
  max: number
  leaseMs: number
  consumer: string
}

/** A page of the log, as far as it is this subscription's. */
export interface Feed {
  events: readonly Pick<Delivery, 'position' | 'id' | 'subject' | 'time'>[]
  position: number
  /** Of the event at that position. */
  checksum: string
}
