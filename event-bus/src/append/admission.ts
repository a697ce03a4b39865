import { Problem } from '@logbook/chassis/problem.ts'
import { limits } from '../limits.ts'

/** Counts what a caller appends. Throws `too-many`, with the time to come back, while the caller is over its rate. */
export type Admission = (caller: string, events: number) => void

interface Bucket {
  /** Events that may come at once; below 0 it is a debt, which time pays off. */
  left: number
  at: number
}

/**
 * A token bucket for each caller, which holds one second's worth. A request is let in while anything is left and may overdraw it,
 * so that one as large as may be is never refused for ever: those after it wait instead. `now` is in milliseconds.
 */
export const createAdmission = ({
  eventsPerSecondMax,
  callersMax = limits.callersMax,
  now = () => performance.now(),
}: {
  eventsPerSecondMax: number
  callersMax?: number
  now?: () => number
}): Admission => {
  const buckets = new Map<string, Bucket>()

  const bucketOf = (caller: string, at: number): Bucket => {
    const known = buckets.get(caller)
    if (known !== undefined) return known
    // The oldest makes room, which at worst forgives it a debt.
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
