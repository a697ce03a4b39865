import type { HealthDetails } from '@logbook/contracts/http/health.ts'
import type { LogIdentity } from '@logbook/contracts/http/log-identity.ts'
import type { Database } from 'better-sqlite3'
import { diskOf } from '../health/disk.ts'
import { createFaultLog } from '../health/fault-log.ts'
import type { Logger } from '../logger.ts'

export interface FollowerStatus {
  position: number
  caughtUp: boolean
  parked: number
  unreadable: number
  /** Why following stands still at the moment, or null. */
  fault: string | null
  /** The log that was read; null before anything was, or where it was read before logs had an identity. */
  log: LogIdentity | null
  /** True while the log is known not to be the one that was read. */
  differs: boolean
}

/** How a follower does, beside how far it is: why it stands still, how much it has applied, and what disk it has left. */
export const createStanding = ({ logger, db }: { logger: Logger; db: Database }) => {
  const faults = createFaultLog(logger, {
    failed: 'following stopped for the moment',
    again: 'following goes on',
  })
  let fault: string | null = null
  const applied = { events: 0, seconds: 0 }
  const away = (error: unknown): void => {
    fault = error instanceof Error ? error.message : String(error)
  }
  return {
    get fault() {
      return fault
    },
    /** The log is away, which its reader has logged. */
    away,
    stopped(error: unknown, position: number): void {
      away(error)
      faults.fault(error, { position })
    },
    /** A page was applied, since `begunMs` of `performance.now()`. */
    goesOn({ events, position, begunMs }: { events: number; position: number; begunMs: number }): void {
      applied.events += events
      applied.seconds += (performance.now() - begunMs) / 1_000
      fault = null
      faults.over({ position })
    },
    health: (): Pick<HealthDetails, 'applied' | 'disk'> => ({ applied: { ...applied }, disk: diskOf(db) }),
  }
}
