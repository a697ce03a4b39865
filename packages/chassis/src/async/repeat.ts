import { backoff, pause } from './pause.ts'

interface Repeating {
  signal: AbortSignal
  backoffMs: { initial: number; max: number }
  /** Called after each failed turn, with the number of failures in a row before it. */
  onFailure?: (error: unknown, failures: number) => void
  /** How long to wait at least after this failure. */
  waitMsMin?: (error: unknown) => number
}

/**
 * Runs `turn` again and again until it resolves with false or the signal aborts. Waits with backoff after a failed turn. A turn that
 * lasts can report progress, after which its failure counts as the first. Rejects only with what `onFailure` throws.
 */
export const repeat = async (
  turn: (progressed: () => void) => Promise<unknown>,
  { signal, backoffMs, onFailure, waitMsMin = () => 0 }: Repeating,
): Promise<void> => {
  let failures = 0
  const progressed = () => {
    failures = 0
  }
  while (!signal.aborted)
    try {
      if ((await turn(progressed)) === false) return
      failures = 0
    } catch (error) {
      if (signal.aborted) return
      onFailure?.(error, failures)
      await pause(Math.max(waitMsMin(error), backoff(backoffMs, failures++)), signal)
    }
}
