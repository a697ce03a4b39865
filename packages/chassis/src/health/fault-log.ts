import { endIfDamaged } from '../files/damage.ts'
import type { Logger } from '../logger.ts'

export interface FaultLog {
  /** The same fault again, by its message: the first is logged with its stack, then the 2nd, 4th, 8th … in a line with how often it came. */
  fault(error: unknown, context?: object): void
  /** What failed works again: said once, with how often it had failed. */
  over(context?: object): void
}

const isPowerOfTwo = (count: number): boolean => (count & (count - 1)) === 0

/** Keeps what fails again and again from filling the log. */
export const createFaultLog = (
  logger: Logger,
  { failed, again, level = 'error' }: { failed: string; again: string; level?: 'warn' | 'error' },
): FaultLog => {
  let last: string | undefined
  let times = 0
  return {
    fault(error, context = {}) {
      endIfDamaged(error)
      const said = error instanceof Error ? error.message : String(error)
      times = said === last ? times + 1 : 1
      last = said
      if (times === 1) logger[level]({ ...context, err: error }, failed)
      else if (isPowerOfTwo(times)) logger[level]({ ...context, times, fault: said }, failed)
    },
    over(context = {}) {
      if (times === 0) return
      logger.info({ ...context, times }, again)
      times = 0
      last = undefined
    },
  }
}
