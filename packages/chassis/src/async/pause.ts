import { setTimeout as wait } from 'node:timers/promises'

/** Waits, or returns at once when the signal aborts. */
export const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  wait(ms, undefined, { signal }).catch(() => {})

/**
 * Milliseconds to wait after so many failures in a row (from 0): doubling up to a bound, and jittered down to half, so that those who failed
 * together do not come back together.
 */
export const backoff = ({ initial, max }: { initial: number; max: number }, failures: number): number =>
  Math.min(max, initial * 2 ** failures) * (0.5 + Math.random() / 2)
