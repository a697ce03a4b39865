import { Readable } from 'node:stream'
import type { StoredObject } from '@logbook/contracts/events/media.ts'
import type { WorkAnswer } from '@logbook/contracts/http/media.ts'
import { z } from 'zod'
import { begunKeyOf, sourceKeyOf } from '../domain/object-keys.ts'
import type { Begun, Part } from '../fetch/fetch.ts'
import type { Storage } from '../storage/storage.ts'
import { LeaseLost } from './life.ts'
import { workerLimits as limits } from './limits.ts'
import { createPieces } from './pieces.ts'
import type { Progress } from './service.ts'
import type { Tools } from './tools.ts'

export type JobStorage = Pick<Storage, 'put' | 'get' | 'size' | 'salvage'>

/** The file as it came, in storage, with its first bytes. */
export interface Source extends StoredObject {
  head: Buffer
}

type Link = WorkAnswer & { url: string }

interface LinkOptions {
  storage: JobStorage
  tools: Pick<Tools, 'fetch'>
  signal: AbortSignal
  report: (report: Progress) => void
}

const begun = z.object({
  validator: z.string().min(1).max(1_000),
  total: z.number().int().min(0).nullable(),
})

const textOf = async (storage: JobStorage, key: string): Promise<string | undefined> => {
  const found = await storage.get(key)
  return found === null ? undefined : Buffer.concat(await found.stream.toArray()).toString()
}

const begunOf = (text: string): Begun | undefined => {
  try {
    return begun.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** What the attempt under this prefix has stored, or undefined. */
const partUnder = async (prefix: string, storage: JobStorage): Promise<Part | undefined> => {
  const text = await textOf(storage, begunKeyOf(prefix))
  const known = text === undefined ? undefined : begunOf(text)
  if (known === undefined) return undefined
  const key = sourceKeyOf(prefix)
  await storage.salvage?.(key)
  const bytes = (await storage.size(key)) ?? 0
  if (bytes === 0 || (known.total !== null && bytes > known.total)) return undefined
  const read = async function* (): AsyncGenerator<Uint8Array> {
    const found = await storage.get(key, { start: 0, end: bytes - 1 })
    if (found === null) throw new Error('The beginning of the file is not in the storage any more.')
    yield* found.stream
  }
  return { ...known, bytes, read }
}

/** What the last attempt that stored anything has stored of this file. */
const earlierPart = async ({ keyPrefix, lease }: Link, storage: JobStorage): Promise<Part | undefined> => {
  const folder = keyPrefix.slice(0, -`${lease}-`.length)
  for (let earlier = lease - 1; earlier >= Math.max(1, lease - limits.earlierLeasesMax); earlier--) {
    const part = await partUnder(`${folder}${earlier}-`, storage)
    if (part !== undefined) return part
  }
  return undefined
}

/**
 * Streams a file from the other host to the storage: no more than a few pieces of it are in memory. It continues what an earlier attempt
 * has stored. Where it fails, what came stays in storage for the next attempt.
 */
export const fetchLink = async (job: Link, options: LinkOptions): Promise<Source> => {
  const { storage, tools, report } = options
  const pieces = createPieces()
  const stopped = new AbortController()
  const signal = AbortSignal.any([options.signal, stopped.signal])
  let head = Buffer.alloc(0)
  let canContinue = false
  const key = sourceKeyOf(job.keyPrefix)
  const from = await earlierPart(job, storage)
  const storing = storage.put(key, pieces, { maxBytes: job.fileBytesMax, isSalvaged: true })
  const failed = storing.then(
    () => new Promise<never>(() => {}),
    (error: unknown) => {
      // What can't be stored need not be fetched.
      stopped.abort(error)
      throw error
    },
  )
  failed.catch(() => {})
  const write = (chunk: Uint8Array): Promise<void> => {
    if (head.length < limits.headBytes)
      head = Buffer.concat([head, chunk.subarray(0, limits.headBytes - head.length)])
    return Promise.race([pieces.write(chunk), failed])
  }
  const onBegin = async (known: Begun): Promise<void> => {
    if ((known.total ?? Number.POSITIVE_INFINITY) < limits.continuedBytesMin) return
    await storage.put(begunKeyOf(job.keyPrefix), Readable.from([Buffer.from(JSON.stringify(known))]))
    canContinue = true
  }
  const onProgress = (progress: Omit<Progress, 'step'>) => report({ step: 'fetching', ...progress })
  try {
    if (from !== undefined) await onBegin(from)
    await tools.fetch(job.url, write, {
      ...{ maxBytes: job.fileBytesMax, signal, onProgress, onBegin },
      ...(from && { from }),
      ...(job.fetchAllow && { allow: job.fetchAllow }),
    })
    pieces.end()
  } catch (error) {
    // Of a job that another worker has, nothing may stay behind.
    const isKept = canContinue && head.length > 0 && !(options.signal.reason instanceof LeaseLost)
    pieces.end(isKept ? undefined : error)
    await storing.catch(() => {})
    throw stopped.signal.aborted ? stopped.signal.reason : error
  }
  return { key, ...(await storing), head }
}
