import type { Verify } from '@logbook/chassis/access/verify.ts'
import { type Clock, systemClock } from '@logbook/chassis/clock.ts'
import { CommandHandler } from '@logbook/chassis/command/command-handler.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { SelfRebuild } from '@logbook/chassis/follow/self-rebuild.ts'
import { diskOf } from '@logbook/chassis/health/disk.ts'
import type { AllowedTargets } from '@logbook/chassis/http/allowed-targets.ts'
import { createHttpApp } from '@logbook/chassis/http/app.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import type { Service } from '@logbook/chassis/start/run-service.ts'
import { currentDataVersion } from '@logbook/contracts/events/upcast.ts'
import { Router } from 'express'
import { access } from './access.ts'
import { description } from './described.ts'
import { decodeMedium, evolve, initialMedium, type MediaEvent } from './domain/medium.ts'
import { createMediaFollower, source } from './follower.ts'
import { createClaiming } from './jobs/claiming.ts'
import { handlingOf } from './jobs/handle-job.ts'
import { createHousekeeping } from './jobs/housekeeping.ts'
import { createLeases } from './jobs/leases.ts'
import { createLive } from './jobs/live.ts'
import type { LocalWorkers } from './jobs/local-workers.ts'
import { createRequests } from './jobs/requests.ts'
import { createTurns } from './jobs/turns.ts'
import { createWork } from './jobs/work.ts'
import { limits } from './limits.ts'
import { objectsOf } from './read-model/objects.ts'
import { queueOf } from './read-model/queue.ts'
import { migrations } from './read-model/tables.ts'
import { viewOf } from './read-model/view.ts'
import { createDownloadRoutes } from './routes/downloads.ts'
import { createMediaRoutes } from './routes/media.ts'
import { createProgressRoutes } from './routes/progress.ts'
import { createUploadRoutes } from './routes/uploads.ts'
import { createWorkRoutes } from './routes/work.ts'
import { checkStorage } from './storage/check.ts'
import type { Storage } from './storage/storage.ts'
import { createSweeper, type SweeperOptions } from './storage/sweeper.ts'
import { type StorageWatch, watchStorage } from './storage/watch-storage.ts'
import { createUploads } from './uploads/uploads.ts'

export interface Media {
  bus: Bus
  /** A file with this service's `migrations`. Closed with the service. */
  db: Database
  storage: Storage
  uploadsFolder: string
  ids: Ids
  clock?: Clock
  verify: Verify
  allow: Pick<AllowedTargets, 'objectionToLiteral'>
  /** Why nothing can be stored at the moment, or undefined. */
  obstacle?: () => string | undefined
  /** Started when there is work; without them, workers come from elsewhere. */
  workers?: LocalWorkers
  fileBytesMax?: number
  personBytesMax?: number
  logger: Logger
  origins: readonly string[]
}

/** Media over any bus and any storage: what people ask, what workers ask, and what is swept away behind both. */
export const createMedia = (given: Media): Service => {
  const { db, logger, workers, clock = systemClock } = given
  const watch = watchStorage(given.storage, { clock })
  const options = { ...given, storage: watch.storage }
  const parts = createParts(options, { clock, watch })
  const { rows, view, follower, uploads, work, progress, workRoutes } = parts
  const housekeeping = createHousekeeping({
    isReady: () => follower.caughtUp && !follower.differs,
    lapse: work.lapse,
    lookForWork: parts.lookForWork,
    settleUploads: uploads.settle,
    lookAtStorage: watch.look,
    ...{ clock, logger },
  })
  const app = createHttpApp({
    name: 'media',
    ...{ logger, origins: options.origins, description },
    access: { table: access, verify: options.verify },
    guard: rows.guard,
    router: routerOf(options, parts),
    health: () => ({
      ready: follower.caughtUp,
      ...rows.health(),
      erasures: rows.current.erasures.status(),
      jobs: view.counts(),
      uploads: uploads.count(),
      workers: workers?.running() ?? [],
      disk: diskOf(db),
      media: {
        parked: view.exhaustedOf(limits.attemptsMax),
        storage: parts.obstacle() ?? null,
        workers: workers?.fault() ?? null,
      },
    }),
  })
  return {
    app,
    start() {
      rows.start()
      housekeeping.start()
    },
    drain() {
      progress.drain()
      workRoutes.drain()
    },
    async close() {
      await housekeeping.stop()
      await workers?.stop()
      await rows.close()
    },
  }
}

type Parts = ReturnType<typeof createParts>

/** What stands behind the routes. */
const createParts = (options: Media, { clock, watch }: { clock: Clock; watch: StorageWatch }) => {
  const { bus, storage, ids, logger, workers } = options
  const { fileBytesMax = limits.fileBytesMax, personBytesMax = limits.personBytesMax } = options
  const obstacle = () => options.obstacle?.() ?? watch.fault()
  const media = new CommandHandler({
    ...{ bus, ids, source, dataVersion: (type: string) => currentDataVersion(type) },
    ...{ initial: initialMedium, evolve, decode: decodeMedium },
  })
  const handle = handlingOf(media)
  const live = createLive({ clock })
  const turns = createTurns()
  const rows = createRows(options, {
    ...{ clock, turns, forget: () => media.forget() },
    onChange: (changed) => changedRows(changed),
    removeUploadsOf: (personId) => uploads.removeOf(personId),
    isArriving: (id) => uploads.isArriving(id),
  })
  const [view, queue, objects, follower] = [
    ...[rows.standIn('view'), rows.standIn('queue'), rows.standIn('objects'), rows.standIn('follower')],
  ] as const
  const requests = createRequests({ media, view, follower, clock, turns, personBytesMax })
  const uploads = createUploads({ folder: options.uploadsFolder, storage, requests, clock, logger })
  const leases = createLeases({ clock, queue, isGone: (worker) => workers?.isGone(worker) ?? false })
  const claiming = createClaiming({
    ...{ handle, follower, queue, leases, turns, obstacle, fileBytesMax, clock, logger },
  })
  const work = createWork({
    ...{ media, handle, follower, objects, leases, live, storage, turns, clock, logger },
    suspectStorage: watch.suspect,
    discardLeftoversOf(id) {
      objects.doomLeftoversOf(id)
      rows.current.sweeper.wake()
    },
  })

  const lookForWork = (): void => {
    if (!follower.caughtUp || obstacle() !== undefined) return
    if (queue.next(clock.now().getTime()) === undefined) return
    claiming.wake()
    workers?.wake()
  }
  const changedRows = (changed: readonly MediaEvent[]): void => {
    for (const { type, data } of changed)
      live.changed(data.id, { isOver: type !== 'MediaProgressed' && type !== 'MediaClaimed' })
    rows.current.sweeper.wake()
    if (changed.length > 0) lookForWork()
  }
  return {
    ...{ media, rows, view, objects, follower, live, requests },
    ...{ uploads, work, obstacle, lookForWork, fileBytesMax, clock },
    progress: createProgressRoutes({ view, live }),
    workRoutes: createWorkRoutes({ work, claiming }),
  }
}

interface RowsOptions extends Pick<SweeperOptions, 'turns' | 'removeUploadsOf' | 'isArriving'> {
  clock: Clock
  forget: () => void
  onChange: (changed: readonly MediaEvent[]) => void
}

/** The rows that follow the log, and who keeps the storage in step with them. */
const createRows = ({ bus, db, storage, logger }: Media, { clock, forget, onChange, ...its }: RowsOptions) =>
  new SelfRebuild({
    ...{ db, migrations, logger, forget, agreed: bus.agreed },
    create(file, onOtherLog) {
      const [view, queue, objects] = [viewOf(file), queueOf(file), objectsOf(file)]
      const { follower, erasures } = createMediaFollower({
        ...{ bus, db: file, logger, clock, objects, forget, onOtherLog, onChange },
      })
      const sweeper = createSweeper({ ...its, storage, objects, view, follower, logger })
      const quiet = async () => void (await Promise.all([erasures.stop(), sweeper.stop()]))
      return { view, queue, objects, follower, erasures, sweeper, quiet }
    },
  })

const routerOf = ({ storage, ids, origins, allow }: Media, parts: Parts): Router => {
  const { media, view, objects, follower, live, requests, uploads, obstacle, fileBytesMax, clock } = parts
  const router = Router()
  router.use(
    createUploadRoutes({ uploads, requests, view, ids, fileBytesMax, obstacle, origins }),
    createMediaRoutes({
      ...{ media, requests, view, follower, live, clock, ids },
      objectionTo: (url) => allow.objectionToLiteral(url),
    }),
    parts.progress.router,
    createDownloadRoutes({ view, storage }),
    parts.workRoutes.router,
  )
  router.get('/check', async (_req, res) => {
    if (!follower.caughtUp) throw new Problem('view-behind', { retryAfter: 5 })
    res.set('Cache-Control', 'no-store').json(await checkStorage({ storage, objects, view }))
  })
  return router
}
