import { Readable } from 'node:stream'
import { isProblem } from '@logbook/chassis/problem.ts'
import type { FaultPlace, MediaVariant, StoredObject } from '@logbook/contracts/events/media.ts'
import type { FinishWork, WorkAnswer } from '@logbook/contracts/http/media.ts'
import type { Storage } from '../storage/storage.ts'
import { StorageUnavailable } from '../storage/unavailable.ts'
import { FetchFailed, MediaRefused } from '../types/refused.ts'
import { keepAlive, LeaseLost } from './life.ts'
import { workerLimits as limits } from './limits.ts'
import { fetchLink, type JobStorage, type Source } from './link.ts'
import type { MediaService, Progress } from './service.ts'
import type { MadePicture, Tools } from './tools.ts'
import { posterOf } from './video.ts'

export interface JobOptions {
  storage: JobStorage
  tools: Tools
  signal: AbortSignal
  report: (report: Progress) => void
}

class TooLarge extends Error {
  override name = 'MediaRefused'
}

const readFrom = async (
  storage: Pick<Storage, 'get'>,
  { key, bytes }: StoredObject,
  bytesMax: number,
): Promise<Buffer> => {
  if (bytes === 0) return Buffer.alloc(0)
  const found = await storage.get(key, { start: 0, end: Math.min(bytes, bytesMax) - 1 })
  if (found === null) throw new Error('The upload is not in the storage any more.')
  return Buffer.concat(await found.stream.toArray())
}

const sourceOf = async (job: WorkAnswer, options: JobOptions): Promise<Source> => {
  const { url, upload } = job
  if (url !== null) return fetchLink({ ...job, url }, options)
  if (upload === null) throw new Error('The job names neither an address nor an upload.')
  return { ...upload, head: await readFrom(options.storage, upload, limits.headBytes) }
}

/** Stores each picture while the next is made, and reports how many there are. */
const storeMade = async (
  made: AsyncIterable<MadePicture>,
  { keyPrefix }: WorkAnswer,
  { storage, signal, report }: JobOptions,
): Promise<MediaVariant[]> => {
  const variants: MediaVariant[] = []
  const store = async ({ variant: name, bytes, ...about }: MadePicture): Promise<void> => {
    const key = `${keyPrefix}${name}`
    const stored = await storage.put(key, Readable.from([bytes]), { signal })
    variants.push({ name, ...about, key, ...stored })
    report({ step: 'making', bytes: variants.length, total: null })
  }
  let storing = Promise.resolve()
  try {
    for await (const each of made) {
      signal.throwIfAborted()
      // One is stored and one is made at a time, so that no more than two are in memory.
      await storing
      storing = store(each)
      storing.catch(() => {})
    }
  } finally {
    await storing
  }
  return variants
}

const makePictures = async (
  job: WorkAnswer,
  source: Source,
  options: JobOptions,
): Promise<Omit<FinishWork, 'lease'>> => {
  const { storage, tools, signal } = options
  const { pictureBytesMax = limits.pictureBytesMax } = job.settings ?? {}
  if (source.bytes > pictureBytesMax)
    throw new TooLarge(`Pictures may have ${pictureBytesMax} bytes, and this has ${source.bytes}.`)
  const sent = await readFrom(storage, source, pictureBytesMax)
  const picture = job.use === 'portrait' ? await tools.square(sent, job) : sent
  const facts = await tools.describe(picture, job)
  const variants = await storeMade(tools.make(picture, job, signal), job, options)
  const original = variants.find(({ name }) => name === 'original')
  const { width, height, animated, colour, blurhash } = facts
  const shown = { width, height, animated, colour, blurhash }
  return { type: original?.type ?? 'application/octet-stream', picture: shown, variants, notes: [] }
}

/** New crops of a finished picture, whose size was judged when it was made. */
const makeCrops = async (
  job: WorkAnswer,
  original: StoredObject,
  options: JobOptions,
): Promise<Omit<FinishWork, 'lease'>> => {
  const picture = await readFrom(options.storage, original, original.bytes)
  const variants = await storeMade(options.tools.crop(picture, job, options.signal), job, options)
  return { type: 'image/jpeg', picture: null, variants, notes: [] }
}

const makePoster = async (
  { keyPrefix }: WorkAnswer,
  video: StoredObject,
  { storage, tools, signal, report }: JobOptions,
): Promise<Pick<FinishWork, 'variants' | 'notes'>> => {
  report({ step: 'making', bytes: 0, total: 1 })
  const made = await posterOf(video, { storage, tools, signal })
  if ('note' in made) return { variants: [], notes: [made.note] }
  const { variant: name, bytes, ...about } = made.poster
  const key = `${keyPrefix}${name}`
  const stored = await storage.put(key, Readable.from([bytes]), { signal })
  return { variants: [{ name, ...about, key, ...stored }], notes: [] }
}

/** Fetches, looks and makes: all that is in storage at the end is named in what it resolves to. */
export const doJob = async (job: WorkAnswer, options: JobOptions): Promise<Omit<FinishWork, 'lease'>> => {
  const source = await sourceOf(job, options)
  const { type, kind } = await options.tools.kindOf(source.head)
  if (job.task === 'crop') return makeCrops(job, source, options)
  if (job.use === 'portrait' && kind !== 'picture') throw new MediaRefused('A portrait must be a picture.')
  if (kind === 'picture') return makePictures(job, source, options)
  const { head: _, ...stored } = source
  const original = { name: 'original', type, width: null, height: null, ...stored }
  const made = kind === 'video' ? await makePoster(job, stored, options) : { variants: [], notes: [] }
  return { type, picture: null, variants: [original, ...made.variants], notes: made.notes }
}

const sentenceOf = (error: unknown): string => {
  const report =
    error instanceof Error && error.message !== ''
      ? error.message
      : 'It failed for a reason that is not known.'
  return report.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, limits.reasonCharsMax)
}

interface Failure {
  kind: 'again' | 'refused' | 'later'
  reason: string
  fault?: FaultPlace
}

/** What a failure means: whether another attempt may help, and whose fault it is. */
export const failureOf = (error: unknown, { url }: Pick<WorkAnswer, 'url'>): Failure => {
  const reason = sentenceOf(error)
  if (error instanceof StorageUnavailable || isProblem(error, 'unavailable')) return { kind: 'later', reason }
  const isRefused = error instanceof Error && error.name === 'MediaRefused'
  if (isRefused || isProblem(error, 'too-large')) return { kind: 'refused', reason, fault: 'outside' }
  if (!(error instanceof FetchFailed)) return { kind: 'again', reason, fault: 'service' }
  // Of a host that another one leads to, no other link says anything.
  const isOwnHost = url !== null && error.unreachable === URL.parse(url)?.host
  return { kind: 'again', reason, fault: isOwnHost ? 'host' : 'outside' }
}

interface RunJob extends Omit<JobOptions, 'signal' | 'report' | 'storage'> {
  storageOf: (job: WorkAnswer) => Promise<JobStorage>
  service: MediaService
  /** Ends the worker: the job is given back. */
  ending: AbortSignal
}

/** Does one claimed job and reports its result to the service. A job whose lease was lost is dropped. */
export const runJob = async (
  job: WorkAnswer,
  { service, ending, storageOf, ...own }: RunJob,
): Promise<void> => {
  const life = keepAlive(service, job)
  const signal = AbortSignal.any([life.signal, ending])
  try {
    const storage = await storageOf(job)
    const made = await doJob(job, { ...own, storage, signal, report: life.report })
    signal.throwIfAborted()
    await service.finish(job, made)
  } catch (error) {
    if (life.signal.aborted || error instanceof LeaseLost) return
    const failure: Failure = ending.aborted
      ? { kind: 'later', reason: 'The worker was stopped.' }
      : failureOf(error, job)
    // A service that can't be reached will find that the lease has expired.
    await service.fail(job, failure).catch(() => {})
  } finally {
    await life.end()
  }
}
