import type { Verify } from '@logbook/chassis/access/verify.ts'
import { type Clock, systemClock } from '@logbook/chassis/clock.ts'
import { CommandHandler } from '@logbook/chassis/command/command-handler.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { parkedKinds } from '@logbook/chassis/follow/parked.ts'
import { diskOf } from '@logbook/chassis/health/disk.ts'
import type { AllowedTargets } from '@logbook/chassis/http/allowed-targets.ts'
import { createHttpApp } from '@logbook/chassis/http/app.ts'
import { serve } from '@logbook/chassis/http/serve.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import type { Service } from '@logbook/chassis/start/run-service.ts'
import { mediaEndpoints } from '@logbook/contracts/endpoints/media.ts'
import { initialMediaSettings } from '@logbook/contracts/events/media-settings.ts'
import { currentDataVersion } from '@logbook/contracts/events/upcast.ts'
import { decodeMedium, evolve, initialMedium, type MediaEvent } from './domain/medium.ts'
import { within } from './domain/settings.ts'
import { source } from './follower.ts'
import { createClaiming, type WorkPlace } from './jobs/claiming.ts'
import { createJobHandler } from './jobs/handle-job.ts'
import { createHousekeeping } from './jobs/housekeeping.ts'
import { createJobProgress } from './jobs/job-progress.ts'
import { createKeyedMutex } from './jobs/keyed-mutex.ts'
import { createLeases } from './jobs/leases.ts'
import type { LocalWorkers } from './jobs/local-workers.ts'
import { parkedJobs } from './jobs/parked-jobs.ts'
import { createPortraits } from './jobs/portraits.ts'
import { createRequests } from './jobs/requests.ts'
import { createUnreachableHosts } from './jobs/unreachable-hosts.ts'
import { createWork } from './jobs/work.ts'
import { limits } from './limits.ts'
import { createRows } from './read-model/rebuilt.ts'
import { checkHandlers } from './routes/check.ts'
import { downloadHandlers } from './routes/downloads.ts'
import { mediaChanges, mediaReads, mediaRequest } from './routes/media.ts'
import { portraitHandlers } from './routes/portrait.ts'
import { createProgressStreams } from './routes/progress.ts'
import { queueHandlers } from './routes/queue.ts'
import { settingsHandlers } from './routes/settings.ts'
import { uploadHandlers } from './routes/uploads.ts'
import { createWorkHandlers } from './routes/work.ts'
import { type AtHand, keepAtHand } from './storage/at-hand.ts'
import type { Storage } from './storage/storage.ts'
import { createStorageCheck } from './storage/storage-check.ts'
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
  /** Returns why nothing can be stored at the moment, or undefined. */
  storageFault?: () => string | undefined
  /** Starts worker processes when there is work. Without it, workers run elsewhere. */
  workers?: LocalWorkers
  /** What owners may set at most. */
  fileBytesMax?: number
  personBytesMax?: number
  /** What workers are told with each job. */
  place?: WorkPlace
  logger: Logger
  origins: readonly string[]
}

/** Media over any bus and any storage: routes for people and workers, and the background tasks behind them. Closes `db`. */
export const createMedia = (given: Media): Service => {
  const { db, logger, workers, clock = systemClock } = given
  const watch = watchStorage(given.storage, { clock })
  const atHand = keepAtHand(watch.storage, {
    ...{ bytesMax: limits.atHandBytesMax, objectBytesMax: limits.atHandObjectBytesMax },
  })
  const options = { ...given, storage: atHand.storage }
  const parts = createParts(options, { clock, watch, atHand })
  const { rows, view, follower, uploads, work, progress, workHandlers } = parts
  const housekeeping = createHousekeeping({
    isReady: () => follower.caughtUp && !follower.differs,
    expireLeases: work.expireLeases,
    giveUpHosts: parts.hosts.giveUp,
    lookForWork: parts.lookForWork,
    settleUploads: uploads.settle,
    tidyPortraits: parts.portraits.tidy,
    probeStorage: watch.look,
    checkStorage: parts.storageCheck.take,
    ...{ clock, logger },
  })
  const app = createHttpApp({
    name: 'media',
    ...{ logger, origins: options.origins },
    api: apiOf(options, parts),
    health: () => ({
      ready: follower.caughtUp,
      ...rows.health(),
      jobs: view.counts(),
      uploads: uploads.count(),
      workers: workers?.running() ?? [],
      disk: diskOf(db),
      media: {
        parked: view.exhaustedCount(),
        outside: view.outsideCount(),
        storage: parts.storageFault() ?? null,
        missing: parts.storageCheck.missing(),
        workers: workers?.fault() ?? null,
      },
    }),
  })
  return {
    app,
    parked: parkedKinds(() => ({ ...rows.parkedKinds(), job: parts.parkedJobs })),
    start() {
      rows.start()
      housekeeping.start()
    },
    drain() {
      progress.drain()
      workHandlers.drain()
    },
    async close() {
      await housekeeping.stop()
      await workers?.stop()
      await rows.close()
    },
  }
}

type Parts = ReturnType<typeof createParts>

/** The parts behind the routes. */
interface Own {
  clock: Clock
  watch: StorageWatch
  atHand: AtHand
}

const createParts = (options: Media, { clock, watch, atHand }: Own) => {
  const { bus, storage, ids, logger, workers } = options
  const { fileBytesMax = limits.fileBytesMax, personBytesMax = limits.personBytesMax, place = {} } = options
  const ceilings = { fileBytesMax, personBytesMax }
  const initial = { ...initialMediaSettings, ...ceilings }
  const storageFault = () => options.storageFault?.() ?? watch.fault()
  const media = new CommandHandler({
    ...{ bus, ids, source, dataVersion: currentDataVersion },
    ...{ initial: initialMedium, evolve, decode: decodeMedium },
  })
  const handle = createJobHandler(media)
  const jobProgress = createJobProgress({ clock })
  const mutex = createKeyedMutex()
  const rows = createRows({
    ...{ bus, db: options.db, storage, logger, clock, mutex, forget: () => media.forget() },
    onChange: (changed) => changedRows(changed),
    onPortrait: () => portraits.wake(),
    removeUploadsOf: (personId) => uploads.removeOf(personId),
    isArriving: (id) => uploads.isArriving(id),
  })
  const [view, queue, pace] = [rows.standIn('view'), rows.standIn('queue'), rows.standIn('pace')] as const
  const [objects, follower] = [rows.standIn('objects'), rows.standIn('follower')] as const
  const settings = () => within(rows.current.settings.current() ?? initial, ceilings)
  const requests = createRequests({ media, view, follower, clock, mutex, settings })
  const uploads = createUploads({ folder: options.uploadsFolder, storage, requests, clock, logger })
  const leases = createLeases({ clock, queue, hasEnded: (worker) => workers?.hasEnded(worker) ?? false })
  const hosts = createUnreachableHosts({ handle, queue, view, clock })
  const claiming = createClaiming({
    ...{ handle, follower, queue, leases, mutex, requests, hosts },
    ...{ storageFault, settings, place, clock, logger },
  })
  const portraits = createPortraits({ view, handle, clock })
  const work = createWork({
    ...{ media, handle, follower, objects, leases, jobProgress, storage, mutex, requests, clock, logger },
    hosts,
    suspectStorage: watch.suspect,
    discardLeftovers(id) {
      objects.markLeftovers(id)
      rows.current.sweeper.wake()
    },
  })

  const lookForWork = (): void => {
    if (!follower.caughtUp || storageFault() !== undefined) return
    if (queue.next(clock.now().getTime(), { resting: hosts.resting() }) === undefined) return
    claiming.wake()
    workers?.wake()
  }
  const changedRows = (changed: readonly MediaEvent[]): void => {
    for (const { type, data } of changed)
      jobProgress.changed(data.id, { isOver: type !== 'MediaProgressed' && type !== 'MediaClaimed' })
    hosts.changed(changed)
    rows.current.sweeper.wake()
    if (changed.length > 0) lookForWork()
  }
  return {
    ...{ media, hosts, rows, view, queue, pace, objects, follower, jobProgress, requests },
    ...{ uploads, work, portraits, storageFault, lookForWork, atHand, settings, ceilings, initial, clock },
    progress: createProgressStreams({ view, jobProgress }),
    workHandlers: createWorkHandlers({ work, claiming }),
    parkedJobs: parkedJobs({ bus, view, handle, clock }),
    storageCheck: createStorageCheck({ storage, objects, view, clock }),
  }
}

const apiOf = ({ bus, storage, ids, origins, allow, verify, workers }: Media, parts: Parts) => {
  const { media, rows, view, queue, objects, follower, jobProgress, requests, uploads } = parts
  const { storageFault, atHand, settings, ceilings, initial, clock, progress, workHandlers } = parts
  const changing = { view, jobProgress, follower }
  return serve(
    mediaEndpoints,
    { verify, ids, follower, guard: rows.guard },
    {
      ...uploadHandlers({ uploads, requests, view, ids, settings, storageFault, origins }),
      ...portraitHandlers({ view, uploads, ids, clock, storageFault, onSent: parts.portraits.wake }),
      ...mediaReads({ bus, view, jobProgress }),
      ...mediaRequest({ ...changing, requests, ids, objectionTo: (url) => allow.objectionToLiteral(url) }),
      ...mediaChanges({ ...changing, media, clock }),
      ...progress.handlers,
      ...downloadHandlers({ view, storage, atHand }),
      ...workHandlers.handlers,
      ...settingsHandlers({ bus, ids, clock, source, follower, initial, ceilings }),
      ...queueHandlers({
        view,
        queue,
        pace: parts.pace,
        fault: () => storageFault() ?? workers?.fault(),
        clock,
      }),
      ...checkHandlers({ storage, objects, view, follower }),
    },
  )
}
