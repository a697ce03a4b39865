import pRetry from 'p-retry'
import { Problem } from '../problem.ts'
import { pause } from './pause.ts'

const transientCodes = new Set(['unavailable', 'timeout', 'too-many', 'view-behind'])

/** True for a refusal that another try may not meet. */
export const isTransient = (error: unknown): error is Problem =>
  error instanceof Problem && transientCodes.has(error.code)

const waits = { minTimeout: 50, maxTimeout: 2_000, randomize: true, retries: Number.POSITIVE_INFINITY }
const retryAfterDefault = 1

interface Retry {
  /** In milliseconds of `performance.now()`: no try begins later. */
  deadline: number
  signal?: AbortSignal
  /** Looks at each failure; false gives up. */
  goOn?: (error: Problem) => boolean
}

/**
 * Runs until it succeeds, fails for good or time is up. Waits between tries: exponentially, with jitter, and no shorter than the other
 * side's Retry-After. What it finally rejects with tells the caller in turn when to come back.
 */
export const retryTransient = async <Result>(
  run: () => Promise<Result>,
  { deadline, signal, goOn = () => true }: Retry,
): Promise<Result> => {
  try {
    return await pRetry(run, {
      ...waits,
      maxRetryTime: Math.max(0, deadline - performance.now()),
      signal,
      onFailedAttempt: async ({ error }) => {
        const seconds = isTransient(error) ? error.details.retryAfter : undefined
        const left = Math.max(0, deadline - performance.now())
        if (seconds !== undefined) await pause(Math.min(seconds * 1_000, left), signal)
      },
      shouldRetry: ({ error }) => isTransient(error) && goOn(error),
    })
  } catch (error) {
    if (!isTransient(error) || error.details.retryAfter !== undefined) throw error
    throw new Problem(error.code, { ...error.details, retryAfter: retryAfterDefault })
  }
}
