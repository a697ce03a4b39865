import type { Clock } from '@logbook/chassis/clock.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { backupDue } from '../domain/timing.ts'
import type { View } from '../domain/view.ts'
import { limits } from '../limits.ts'
import { appendOnce } from './once.ts'
import { createWatch } from './watch.ts'

interface BackupWatchOptions {
  bus: Bus
  view: Pick<View, 'backup'>
  clock: Clock
  logger: Logger
  /** The age of the last backup at which owners are reminded, and again after as many days more. 0: never. */
  daysMax: number
  /** False while the view may be behind the log. */
  isReady: () => boolean
}

/** Reminds the owners of an old backup, by the log and the clock: once each period, also if several instances run. */
export const createBackupWatch = ({ bus, view, clock, logger, daysMax, isReady }: BackupWatchOptions) => {
  const look = async (): Promise<void> => {
    if (!isReady() || daysMax === 0) return
    const { since, takenAt, overdueDay, overdueAt } = view.backup()
    const now = clock.now()
    const day = backupDue({ beganAt: takenAt ?? since, nowMs: now.getTime(), daysMax })
    const isReminded = day !== undefined && overdueDay !== null && overdueAt === takenAt && overdueDay >= day
    if (day === undefined || isReminded) return
    await appendOnce(bus, 'BackupOverdue', { day, lastAt: takenAt, noticedAt: now.toISOString() })
  }
  return createWatch({ look, everyMs: limits.backupLookMs, logger, what: 'a reminder of a backup' })
}
