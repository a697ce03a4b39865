import type { DeliveryState, Failure } from './delivery.ts'

export interface RetryPolicy {
  attempts: number
  backoff: { initialMs: number; maxMs: number }
}

/** Milliseconds before the next attempt, after so many: doubling up to the bound, jittered down to half. `random` is from 0 to 1. */
export const backoffMs = (
  { initialMs, maxMs }: RetryPolicy['backoff'],
  { attempts, random }: { attempts: number; random: number },
): number => Math.round(Math.min(maxMs, initialMs * 2 ** Math.max(0, attempts - 1)) * (0.5 + random / 2))

/** What becomes of a delivery whose attempt failed. A delay that the consumer asked for lengthens the backoff, never shortens it. */
export const afterFailure = (
  policy: RetryPolicy,
  { attempts, now, random, delayMs = 0 }: { attempts: number; now: number; random: number; delayMs?: number },
): DeliveryState =>
  attempts >= policy.attempts
    ? { kind: 'parked', why: 'failed', at: now }
    : { kind: 'waiting', dueAt: now + Math.max(delayMs, backoffMs(policy.backoff, { attempts, random })) }

export const leaseRanOut: Failure = { status: null, reason: 'The lease ran out.', bodyExcerpt: null }
