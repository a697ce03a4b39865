import { limits } from '../limits.ts'

interface Failure {
  /** The attempt that failed, from 1. */
  attempt: number
  how: 'again' | 'refused' | 'later'
  /** RFC 3339. */
  at: string
}

type Next = { kind: 'postponed'; retryAt: string } | { kind: 'failed'; retryAt: string | null }

const after = (at: string, ms: number): string => new Date(Date.parse(at) + ms).toISOString()

/**
 * The time in ms until a job may begin that waits for `retryAtMs`. No job waits for longer than the longest pause: one that seems to was
 * postponed by a clock that was ahead, and is due.
 */
export const waitOf = (retryAtMs: number, nowMs: number): number => {
  const ms = retryAtMs - nowMs
  return ms > limits.retryMsMax ? 0 : Math.max(0, ms)
}

/** Decides about the next attempt after a failed one. `retryAt` is null if the job is parked. */
export const afterFailure = ({ attempt, how, at }: Failure): Next => {
  if (how === 'later') return { kind: 'postponed', retryAt: after(at, limits.postponedMs) }
  if (how === 'refused' || attempt >= limits.attemptsMax) return { kind: 'failed', retryAt: null }
  const ms = Math.min(limits.retryMsMax, limits.retryFirstMs * 4 ** (attempt - 1))
  return { kind: 'failed', retryAt: after(at, ms) }
}
