import { join } from 'node:path'
import { Readable } from 'node:stream'
import { type Clock, systemClock } from '@logbook/chassis/clock.ts'
import { openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { allowedTargets } from '@logbook/chassis/http/allowed-targets.ts'
import { systemIds } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { callers, serviceToken, testAccess } from '@logbook/chassis/testing/access.ts'
import { busOver } from '@logbook/chassis/testing/memory-bus.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { allEvents } from '@logbook/chassis/testing/test-log.ts'
import { listenForTest } from '@logbook/chassis/testing/test-service.ts'
import type { MediumAnswer, WorkAnswer } from '@logbook/contracts/http/media.ts'
import { type Caller, mediaWorker } from '@logbook/contracts/identity.ts'
import { createMedia, type Media } from '../src/app.ts'
import { migrations } from '../src/read-model/tables.ts'
import { folderStorage } from '../src/storage/folder.ts'
import { ownVersion } from '../src/worker/own-version.ts'

const tokens = await testAccess({ services: [mediaWorker] })

/** A clock that goes on when it is told to. */
export const createClock = () => {
  let ms = Date.parse('2026-03-01T09:00:00.000Z')
  let aheadMs = 0
  return {
    now: () => new Date(ms + aheadMs),
    steady: () => ms,
    /** Sets the wall clock forward, or back, while no time passes. */
    jump(more: number): void {
      aheadMs += more
    },
    pass(more: number): void {
      ms += more
    },
  }
}

/** What outlives a media service: the log, and the folders of storage and uploads. */
export const createWorld = (clock: Clock = systemClock, { over = (log: Bus) => log } = {}) => {
  const folder = temporaryFolder()
  const store = memoryLog()
  const log = busOver(store, { now: () => clock.now() })
  const bus = over(log)
  return {
    folder,
    /** The log as it is, below what services see. */
    log,
    bus,
    clock,
    storage: folderStorage(join(folder, 'media')),
    events: () => allEvents(bus),
  }
}
export type World = ReturnType<typeof createWorld>

const bodyOf = async <Body>(answer: Response): Promise<Body> => {
  const text = await answer.text()
  return (text === '' ? undefined : JSON.parse(text)) as Body
}

/** A media service over a log in memory and a folder, listening, and closed when the test is over. */
export const bootMedia = async (world: World = createWorld(), options: Partial<Media> = {}) => {
  const { bus, clock, folder, storage } = world
  const service = createMedia({
    ...{ bus, clock, storage, ids: systemIds, verify: tokens.verify, logger: silentLogger, origins: [] },
    db: openDatabase({ file: join(folder, 'media.sqlite'), migrations, durability: 'normal' }),
    uploadsFolder: join(folder, 'uploads'),
    allow: allowedTargets(['public']),
    ...options,
  })
  const { url, close, headerOf } = await listenForTest(service, tokens)

  /** Speaks as someone: `header` by header, a body that is an object as JSON. */
  const as = async (caller: Caller) => {
    const authorization = await headerOf(caller)
    return (method: string, path: string, body?: object | Buffer, headers: Record<string, string> = {}) =>
      fetch(url + path, {
        method,
        headers: {
          ...(authorization ? { Authorization: authorization } : {}),
          ...(body && !Buffer.isBuffer(body) ? { 'Content-Type': 'application/json' } : {}),
          ...headers,
        },
        body: body === undefined ? null : Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body),
      })
  }
  const author = await as(callers.author)
  const worker = await as({ kind: 'service', name: mediaWorker })

  const one = async (id: string, by = author): Promise<MediumAnswer> => {
    const end = String((await bus.read({ after: 0, limit: 1_000 })).position)
    return bodyOf(await by('GET', `/media/${id}`, undefined, { 'Min-Position': end, Prefer: 'wait=10' }))
  }

  return {
    url,
    parked: service.parked,
    close,
    as,
    author,
    worker,
    one,
    token: serviceToken(mediaWorker),
    authorization: () => headerOf(callers.author),
    /** Requests a file by link, and resolves to its id. */
    request: async (wanted: object = {}, by = author): Promise<string> => {
      const answer = await by('POST', '/media', { url: 'https://pictures.example/heron.jpg', ...wanted })
      const body = await bodyOf<MediumAnswer>(answer)
      if (answer.status !== 201) throw new Error(JSON.stringify(body))
      return body.id
    },
    claim: async (name = 'a-worker', seconds = 10, knows = ownVersion): Promise<WorkAnswer | undefined> => {
      const claimant = { worker: name, ...knows }
      return bodyOf(await worker('POST', '/work/claim', claimant, { Prefer: `wait=${seconds}` }))
    },
    /** Stores bytes as a worker does, and finishes the job with them as its one form. */
    finish: async (job: WorkAnswer, bytes = Buffer.from(`the bytes of ${job.id}`)): Promise<Response> => {
      const key = `${job.keyPrefix}original`
      const stored = await storage.put(key, Readable.from([bytes]))
      const variant = { name: 'original', type: 'text/plain', width: null, height: null, key, ...stored }
      return worker('POST', `/work/${job.id}/finish`, {
        ...{ lease: job.lease, type: 'text/plain', picture: null, notes: [], variants: [variant] },
      })
    },
    keys: async (): Promise<string[]> => {
      const found: string[] = []
      for await (const { key } of storage.list('')) found.push(key)
      return found.sort()
    },
  }
}
