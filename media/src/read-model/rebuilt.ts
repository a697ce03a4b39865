import type { Clock } from '@logbook/chassis/clock.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { SelfRebuild } from '@logbook/chassis/follow/self-rebuild.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import type { MediaEvent } from '../domain/medium.ts'
import { createMediaFollower } from '../follower.ts'
import { createSweeper, type SweeperOptions } from '../storage/sweeper.ts'
import { objectsOf } from './objects.ts'
import { paceOf } from './pace.ts'
import { queueOf } from './queue.ts'
import { settingsOf } from './settings.ts'
import { migrations } from './tables.ts'
import { viewOf } from './view.ts'

interface RowsOptions
  extends Pick<SweeperOptions, 'storage' | 'mutex' | 'removeUploadsOf' | 'isArriving' | 'logger'> {
  bus: Bus
  db: Database
  logger: Logger
  clock: Clock
  forget: () => void
  onChange: (changed: readonly MediaEvent[]) => void
  onPortrait: () => void
}

/** The view of the log, and the sweeper that keeps the storage consistent with it. Another log begins a new file. */
export const createRows = ({ bus, db, storage, logger, ...options }: RowsOptions) => {
  const { clock, forget, onChange, onPortrait, ...its } = options
  return new SelfRebuild({
    ...{ db, migrations, logger, forget, agreed: bus.agreed },
    create(file, onOtherLog) {
      const [view, queue, pace] = [viewOf(file), queueOf(file), paceOf(file)]
      const [objects, settings] = [objectsOf(file), settingsOf(file)]
      const follower = createMediaFollower({
        ...{ bus, db: file, logger, clock, objects, forget, onOtherLog, onChange, onPortrait },
      })
      const sweeper = createSweeper({ ...its, storage, objects, view, follower, logger })
      return { view, queue, pace, objects, settings, follower, sweeper, quiet: () => sweeper.stop() }
    },
  })
}
