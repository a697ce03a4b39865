import type { LogIdentity } from '@logbook/contracts/http/log-identity.ts'
import { Problem } from '../problem.ts'

export const isSameLog = (one: LogIdentity | undefined, other: LogIdentity | undefined): boolean =>
  one === other || (one?.id === other?.id && one?.epoch === other?.epoch)

/**
 * The log that everything this process knows is of: its views, its cached streams, what it decides by. Appends and reads of streams
 * name it, and a log with another identity refuses them. It changes when a follower has read a page of another log, which is
 * after the follower has dropped, or begun to rebuild, what it had built.
 */
export interface AgreedLog {
  /** Undefined before anything is known. */
  readonly current: LogIdentity | undefined
  /** Takes the first log that is heard of. Does nothing once one is known. */
  adopt(log: LogIdentity | undefined): void
  /** Goes over to another log. */
  agree(log: LogIdentity): void
}

const only = ({ id, epoch }: LogIdentity): LogIdentity => ({ id, epoch })

export const createAgreedLog = (first?: LogIdentity): AgreedLog => {
  let current = first && only(first)
  return {
    get current() {
      return current
    },
    adopt(log) {
      if (log !== undefined) current ??= only(log)
    },
    agree(log) {
      if (!isSameLog(current, log)) current = only(log)
    },
  }
}

/** The refusal of what was decided by another log than the one that is there, or that this process agrees with by now. */
export const otherLog = (cause?: unknown): Problem =>
  new Problem('unavailable', {
    detail: 'The log was restored, and is being read again. Nothing was changed.',
    retryAfter: 1,
    cause,
  })
