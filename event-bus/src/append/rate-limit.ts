import { Problem } from '@logbook/chassis/problem.ts'
import { limits } from '../limits.ts'

/** Counts appended events of a caller. Throws `too-many` with `retryAfter` while the caller is over its rate. */
export type RateLimit = (caller: string, events: number) => void

interface Bucket {
  /** Events allowed now; negative after an overdraft. */
  left: number
  at: number
}

/**
 * A token bucket for each caller, with a capacity of one second. A request is accepted while tokens are left and may overdraw them,
 * so that the largest allowed request is accepted at some time: later requests wait instead. `now` is in milliseconds.
 */
export const createRateLimit = ({
  eventsPerSecondMax,
  callersMax = limits.callersMax,
  now = () => performance.now(),
}: {
  eventsPerSecondMax: number
  callersMax?: number
  now?: () => number
}): RateLimit => {
  const buckets = new Map<string, Bucket>()

  const bucketOf = (caller: string, at: number): Bucket => {
    const known = buckets.get(caller)
    if (known !== undefined) return known
    // Evict the oldest bucket, which at worst forgives it an overdraft.
    const [oldest] = buckets.size >= callersMax ? buckets.keys() : []
    if (oldest !== undefined) buckets.delete(oldest)
    const fresh = { left: eventsPerSecondMax, at }
    buckets.set(caller, fresh)
    return fresh
  }

  return (caller, events) => {
    const at = now()
    const bucket = bucketOf(caller, at)
    bucket.left = Math.min(eventsPerSecondMax, bucket.left + ((at - bucket.at) / 1_000) * eventsPerSecondMax)
    bucket.at = at
    if (bucket.left <= 0)
      throw new Problem('too-many', {
        detail: `At most ${eventsPerSecondMax} events a second may come from one address.`,
        retryAfter: Math.abs(bucket.left) / eventsPerSecondMax,
      })
    bucket.left -= events
  }
}
