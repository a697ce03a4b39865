import type { DeliveryState, Failure } from './delivery.ts'

export interface RetryPolicy {
  attempts: number
  backoff: { initialMs: number; maxMs: number }
}

/** Milliseconds before the next attempt: exponential up to the bound, jittered down to half. `random` is from 0 to 1. */
export const backoffMs = (
  { initialMs, maxMs }: RetryPolicy['backoff'],
  { attempts, random }: { attempts: number; random: number },
): number => Math.round(Math.min(maxMs, initialMs * 2 ** Math.max(0, attempts - 1)) * (0.5 + random / 2))

interface Failed {
  attempts: number
  /** By the steady clock. */
  now: number
  /** By the wall clock. */
  at: number
  random: number
  delayMs?: number
  atOnce?: boolean
}

/** The state of a delivery after a failed attempt. A delay that the consumer asked for lengthens the backoff, never shortens it. */
export const afterFailure = (
  policy: RetryPolicy,
  { attempts, now, at, random, delayMs = 0, atOnce = false }: Failed,
): DeliveryState => {
  if (attempts >= policy.attempts) return { kind: 'parked', why: 'failed', at }
  const wait = atOnce ? 0 : backoffMs(policy.backoff, { attempts, random })
  return { kind: 'waiting', dueAt: now + Math.max(delayMs, wait) }
}

export const leaseRanOut: Failure = { status: null, reason: 'The lease ran out.', bodyExcerpt: null }
