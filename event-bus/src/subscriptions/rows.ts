import type { SubscriptionStatus } from '@logbook/contracts/http/subscription-status.ts'
import { type SubscriptionSettings, subscriptionBounds } from '@logbook/contracts/http/subscriptions.ts'
import type { Delivery, DeliveryState } from './delivery.ts'

/** The last reset. */
export type Moved = NonNullable<SubscriptionStatus['reset']>

/** A stored subscription: settings and progress. */
export interface Run {
  run: number
  name: string
  revision: number
  settings: SubscriptionSettings
  state: 'active' | 'paused' | 'ended'
  fault: string | null
  createdAt: number
  /** The proof begins after this position. */
  origin: number
  /** The log has been read up to here. */
  cursor: number
  /** The position of the subscription's last read event. */
  previous: number
  /** Settlements so far. */
  sequence: number
  attempts: number
  acknowledged: number
  skipped: number
  /** The log of `cursor`; null in rows from before logs had an identity. */
  logId: string | null
  logEpoch: number | null
  moved: Moved | null
}

/** A consumer's acknowledgements, in its own order. */
export interface Consumer {
  consumer: number
  name: string
  count: number
  /** How many of them it has confirmed with a hash. */
  confirmed: number
  hash: string
}

export interface SettledRow {
  sequence: number
  position: number
  consumer: number
  skippedAt: number | null
  reason: string | null
}

export interface DeliveryRow {
  position: number
  id: string
  subject: string
  previous: number
  time: number
  attempts: number
  firstAttemptAt: number | null
  lastAttemptAt: number | null
  status: number | null
  reason: string | null
  bodyExcerpt: string | null
  state: 'waiting' | 'leased' | 'failed' | 'behind'
  token: number | null
  consumer: string | null
  at: number
  replayed: 0 | 1
  /** Null where nothing ends, and in rows of earlier versions. */
  leftMs: number | null
}

/**
 * A stored delivery, resumed at a time of the steady clock: no lease and no backoff lasts longer than what was left of it when it was
 * stored. With `restarted`, at the start of a process, a stored lease gets all of that again: whether it has expired meanwhile is not
 * known from a clock that may have been set, and its holder must not lose it early.
 */
export const resumed = (
  row: DeliveryRow,
  { now, restarted }: { now: number; restarted: boolean },
): Delivery => {
  const longest = now + (row.leftMs ?? subscriptionBounds.delayMsMax)
  const at = restarted && row.state === 'leased' && row.leftMs !== null ? longest : Math.min(row.at, longest)
  return deliveryOf({ ...row, at })
}

const stateOf = ({ state, token, consumer, at }: DeliveryRow): DeliveryState => {
  switch (state) {
    case 'waiting':
      return { kind: 'waiting', dueAt: at }
    case 'leased':
      return { kind: 'leased', token: token ?? 0, consumer: consumer ?? '', until: at }
    case 'failed':
    case 'behind':
      return { kind: 'parked', why: state, at }
  }
}

export const deliveryOf = (row: DeliveryRow): Delivery => {
  const { position, id, subject, previous, time, attempts, firstAttemptAt, lastAttemptAt } = row
  const { status, reason, bodyExcerpt } = row
  const failure = reason === null ? null : { status, reason, bodyExcerpt }
  return {
    ...{ position, id, subject, previous, time, attempts, firstAttemptAt, lastAttemptAt },
    failure,
    replayed: row.replayed === 1,
    state: stateOf(row),
  }
}

const stateValuesOf = (state: DeliveryState): (string | number | null)[] => {
  switch (state.kind) {
    case 'waiting':
      return ['waiting', null, null, state.dueAt]
    case 'leased':
      return ['leased', state.token, state.consumer, state.until]
    case 'parked':
      return [state.why, null, null, state.at]
  }
}

const leftOf = (state: DeliveryState, now: number): number | null => {
  if (state.kind === 'parked') return null
  return Math.max(0, (state.kind === 'leased' ? state.until : state.dueAt) - now)
}

/** The values of a delivery's row, in the order of the columns after `run`. `now` is of the steady clock. */
export const valuesOf = ({ failure, state, ...of }: Delivery, now: number): (string | number | null)[] => [
  ...[of.position, of.id, of.subject, of.previous, of.time, of.attempts, of.firstAttemptAt, of.lastAttemptAt],
  ...[failure?.status ?? null, failure?.reason ?? null, failure?.bodyExcerpt ?? null],
  ...stateValuesOf(state),
  of.replayed ? 1 : 0,
  leftOf(state, now),
]
