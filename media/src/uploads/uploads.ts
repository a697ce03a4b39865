import { createReadStream } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '@logbook/chassis/clock.ts'
import type { Cause } from '@logbook/chassis/command/cause.ts'
import { createFaultLog } from '@logbook/chassis/health/fault-log.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { isProblem } from '@logbook/chassis/problem.ts'
import { mediaAlt, type StoredObject } from '@logbook/contracts/events/media.ts'
import { askedFilters } from '@logbook/contracts/http/media.ts'
import { FileStore } from '@tus/file-store'
import type { Upload } from '@tus/utils'
import { z } from 'zod'
import { keyPrefixOf } from '../domain/object-keys.ts'
import type { Requests } from '../jobs/requests.ts'
import { limits } from '../limits.ts'
import type { Storage } from '../storage/storage.ts'
import { createOpenUploads } from './open-uploads.ts'

// The store's own makes the folder without waiting for it, and throws where nothing can catch that, which ends the process. It is made
// by `open.ts` and `settle`.
Object.assign(FileStore.prototype, { checkOrCreateDirectory() {} })

/** The tus metadata of an upload. `owner` is empty for the operator's. */
export const uploadMetadata = z.object({
  owner: z.string(),
  filename: z.string().min(1).max(1_000),
  alt: mediaAlt.default(''),
  filters: z
    .string()
    .default('')
    .transform((list) => list.split(',').filter(Boolean))
    .pipe(askedFilters),
  keepsMetadata: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
  imported: z
    .literal('true')
    .transform(() => true as const)
    .optional(),
  /** Set by this service alone. */
  use: z.literal('portrait').optional(),
})

interface UploadsOptions {
  folder: string
  storage: Pick<Storage, 'put'>
  requests: Requests
  clock: Clock
  logger: Logger
}

export type Uploads = ReturnType<typeof createUploads>

/** The name of tus's own file beside the bytes of an upload. */
const sidecar = /^([0-9a-f-]{36})\.json$/

/** Files that people are sending, in a folder of this service until they are complete; then they are stored and requested. */
export const createUploads = ({ folder, storage, requests, clock, logger }: UploadsOptions) => {
  // Expired uploads are removed by `settle`: tus would look for the file after it has been stored.
  const store = new FileStore({ directory: folder })
  const uploads = createOpenUploads()
  const completing = new Map<string, Promise<void>>()
  const faults = createFaultLog(logger, {
    failed: 'complete uploads could not be stored yet',
    again: 'complete uploads are stored again',
  })

  const discard = async (id: string): Promise<void> => {
    for (const name of [id, `${id}.json`]) await rm(join(folder, name), { force: true })
    uploads.forget(id)
  }

  const storeAndRequest = async (upload: Upload, cause: Cause): Promise<void> => {
    const { id } = upload
    const { owner, filename, ...report } = uploadMetadata.parse(upload.metadata)
    const key = `${keyPrefixOf(id, 0)}upload`
    const file = join(folder, id)
    const source = createReadStream(file)
    const stored = await storage.put(key, source, { file }).finally(() => source.destroy())
    const medium = {
      id,
      url: null,
      upload: { key, ...stored } satisfies StoredObject,
      name: filename,
      ...report,
    }
    await requests.request(medium, owner || null, cause)
    await discard(id)
  }

  /** Once at a time for each: a second call waits for the first. */
  const complete = (upload: Upload, cause: Cause = {}): Promise<void> => {
    const running =
      completing.get(upload.id) ?? storeAndRequest(upload, cause).finally(() => completing.delete(upload.id))
    completing.set(upload.id, running)
    return running
  }

  const settleOne = async (id: string): Promise<void> => {
    const upload = await store.getUpload(id)
    uploads.note(upload, clock.steady())
    // By the wall clock alone, one that is set forward would remove uploads that people are sending.
    const isStill = uploads.stillMs(id, clock.steady()) >= limits.uploadStillMsMin
    const ageMs = clock.now().getTime() - Date.parse(upload.creation_date ?? '')
    if (upload.offset === upload.size) await complete(upload)
    else if (isStill && ageMs > limits.uploadAgeMsMax) await discard(id)
  }

  return {
    store,
    note: (upload: Upload): void => uploads.note(upload, clock.steady()),
    complete,
    discard,
    isArriving: (id: string): boolean => completing.has(id),
    openOf: uploads.of,
    /** Whose an upload is, also of one that came before this process and was not looked at yet. Undefined where there is none. */
    ownerOf: async (id: string): Promise<string | undefined> =>
      uploads.ownerOf(id) ?? (await store.getUpload(id).catch(() => undefined))?.metadata?.owner ?? undefined,
    count: uploads.count,
    async removeOf(owner: string): Promise<void> {
      for (const id of uploads.idsOf(owner)) await discard(id)
    },
    /** Stores uploads that were completed when this service stopped, and removes expired ones. Call it at the start and periodically. */
    async settle(): Promise<void> {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      let failed: unknown
      for (const name of await readdir(folder)) {
        const id = sidecar.exec(name)?.[1]
        if (id === undefined) continue
        try {
          await settleOne(id)
        } catch (error) {
          // Its owner was erased meanwhile.
          if (isProblem(error, 'gone')) await discard(id)
          else failed = error
        }
      }
      if (failed === undefined) faults.over()
      else faults.fault(failed)
    },
  }
}
