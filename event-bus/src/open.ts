import { existsSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { systemClock } from '@logbook/chassis/clock.ts'
import { upgradesTo } from '@logbook/chassis/files/before-upgrade.ts'
import { wasOpen } from '@logbook/chassis/files/copied-file.ts'
import { diskOf } from '@logbook/chassis/health/disk.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { defineService, type Service, type ServiceProgram } from '@logbook/chassis/start/run-service.ts'
import { createEventBus, type EventBus } from './app.ts'
import type { OwnEvents } from './append/own-events.ts'
import { readConfig } from './config.ts'
import { type LastRun, lastRun, lastRuns } from './health/last-runs.ts'
import { refuseUnsoundCopy } from './log/copied-log.ts'
import { refuseLostLog } from './log/lost-log.ts'
import { openLog } from './log/open-log.ts'
import { createScrub } from './scrub/scrub.ts'
import { openSubscriptions } from './subscriptions/tables.ts'
import { limits } from './tool/limits.ts'

/**
 * Keeps the young generation of the heap small. With many readers V8 lets it grow by a third of the bus's memory, for garbage that lives
 * until it is sent (decision 28).
 */
const keepYoungHeapSmall = (): void => setFlagsFromString('--semi-space-growth-factor=1')

/** Wraps the service so that it verifies its log periodically. */
const scrubbing = (
  bus: Service,
  {
    file,
    scrubHours,
    ...rest
  }: {
    file: string
    scrubHours: number
    logger: Logger
    soon: boolean
    found: (fault: string | null) => void
  },
): Service => {
  const everyMs = scrubHours * 3_600_000
  const firstAfterMs = Math.min(everyMs, limits.scrubFirstAfterMs)
  const scrub = createScrub({ file, everyMs, firstAfterMs, clock: systemClock, ...rest })
  return {
    ...bus,
    async start() {
      await bus.start()
      scrub.start()
    },
    async close() {
      await scrub.stop()
      await bus.close()
    },
  }
}

interface Known extends Pick<EventBus, 'publishers' | 'catalogue' | 'readers' | 'topics'> {
  /** The event that says of the last backup that it was made, and none where it is null. */
  backupEvents?: (last: LastRun) => ReturnType<OwnEvents>
}

/** The bus as its settings say. `known` is what it knows of the events, all of it optional. */
export const busService = ({ backupEvents, ...known }: Known = {}): ServiceProgram =>
  defineService({
    name: 'event-bus',
    readConfig,
    tune: keepYoungHeapSmall,
    create: async ({
      config: { database, subscriptionsDatabase, pushAllow, newLog, scrubHours, ...config },
      logger,
    }) => {
      refuseLostLog(database, { newLog })
      await refuseUnsoundCopy(database)
      // After a kill, or after files were copied beside each other.
      const soon = wasOpen(database).unwritten || lastRun(database, 'scrub').fault !== null
      const onUpgrade = upgradesTo(logger)
      const store = openLog(database, { onUpgrade })
      if (store.head() > 0 && !existsSync(subscriptionsDatabase))
        logger.warn(
          { file: subscriptionsDatabase },
          'the file of subscriptions is missing beside a log with events: if there were any, their positions are lost until it is restored',
        )
      const db = openSubscriptions(subscriptionsDatabase, { onUpgrade })
      const disk = () => diskOf({ name: database, memory: false })
      let damage: string | null = null
      const found = (fault: string | null) => {
        damage = fault
      }
      const runs = () => ({ ...lastRuns(database, systemClock.now()), damage })
      const subscriptions = { db, pushAllow }
      const ownEvents = () => backupEvents?.(lastRun(database, 'backup')) ?? []
      const bus = createEventBus({
        ...{ ...config, ...known, store, disk, runs, logger, subscriptions, ownEvents },
      })
      return scrubHours === 0 ? bus : scrubbing(bus, { file: database, scrubHours, logger, soon, found })
    },
  })
