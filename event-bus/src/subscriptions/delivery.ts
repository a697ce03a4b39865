/** The outcome of the last attempt. */
export interface Failure {
  /** The HTTP status, where there was an answer. */
  status: number | null
  reason: string
  bodyExcerpt: string | null
}

/**
 * `dueAt` and `until` are times of the steady clock, since they end a duration; all others are of the wall clock. All are milliseconds
 * since 1970.
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
  /** The position of the subscription's event before this one, 0 for the first. */
  previous: number
  /** The event's own time. */
  time: number
  /** Attempts so far; an attempt is counted before it begins. */
  attempts: number
  firstAttemptAt: number | null
  lastAttemptAt: number | null
  failure: Failure | null
  /** It was parked and is replayed: the cursor is past it. */
  replayed: boolean
  state: DeliveryState
}

export type Leased = Delivery & { state: Extract<DeliveryState, { kind: 'leased' }> }

/** The settlement of a delivery: it moves from the window to the record of settlements. */
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

/** The subscription's events of a page of the log. */
export interface Feed {
  events: readonly Pick<Delivery, 'position' | 'id' | 'subject' | 'time'>[]
  position: number
  /** The checksum at that position. */
  checksum: string
}
