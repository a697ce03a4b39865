import type { Readable } from 'node:stream'
import type { S3Client } from '@aws-sdk/client-s3'
import { namesOf, namesOfPrefix } from './keys.ts'
import { limits } from './limits.ts'
import { measured } from './measured.ts'
import { putParts } from './s3-parts.ts'
import type { ByteRange, Storage } from './storage.ts'
import { StorageUnavailable } from './unavailable.ts'

export interface Bucket {
  bucket: string
  region: string
  /** URL of an S3 server other than Amazon's, such as `http://localhost:9000`; the bucket is then named in the path. */
  endpoint?: string
  /** Prefix of each key, with its slash at the end. */
  prefix?: string
  /** Of the environment where absent, as the SDK finds them. */
  credentials?: { accessKeyId: string; secretAccessKey: string }
}

const statusOf = (error: unknown): number | undefined => {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined
  const { $metadata: metadata } = error as { $metadata?: { httpStatusCode?: number } }
  return metadata?.httpStatusCode
}

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError'

/** Runs a request. Any error but an abort becomes StorageUnavailable: the SDK has retried before. */
const asked = async <T>(request: () => Promise<T>): Promise<T> => {
  try {
    return await request()
  } catch (error) {
    if (isAbort(error)) throw error
    throw new StorageUnavailable(statusOf(error) === 507 ? 'full' : 'away', error)
  }
}

const unlessMissing = async <T>(request: () => Promise<T>): Promise<T | null> => {
  try {
    return await asked(request)
  } catch (error) {
    if (error instanceof StorageUnavailable && statusOf(error.cause) === 404) {
      // A bucket that is not there is no empty one.
      if (error.cause instanceof Error && error.cause.name === 'NoSuchBucket') throw error
      return null
    }
    throw error
  }
}

/** Loads the SDK at the first request, so that a process without requests does not pay for it. */
const clientOf = ({ endpoint, region, credentials }: Bucket) => {
  let opened: Promise<{ client: S3Client; sdk: typeof import('@aws-sdk/client-s3') }> | undefined
  const open = async () => {
    const sdk = await import('@aws-sdk/client-s3')
    const client = new sdk.S3Client({
      region,
      ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
      ...(credentials === undefined ? {} : { credentials }),
      maxAttempts: limits.attemptsMax,
      requestHandler: { connectionTimeout: limits.connectMs, socketTimeout: limits.idleMs },
      // Some servers do not know Amazon's checksums; all check the length and signature of each part.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    })
    return { client, sdk }
  }
  return {
    open: () => {
      opened ??= open()
      return opened
    },
    close: async () => (await opened)?.client.destroy(),
  }
}

const lengthOf = (range: string | undefined): number | undefined => {
  const total = /\/(\d+)$/.exec(range ?? '')?.[1]
  return total === undefined ? undefined : Number(total)
}

const notARange = (range: ByteRange | undefined): RangeError =>
  new RangeError(`${range?.start}-${range?.end} is no range of the object.`)

/**
 * Objects in a bucket that speaks S3. Objects larger than one part are sent part by part and appear when they are complete; the parts of an
 * upload that was killed stay hidden in the bucket until its lifecycle rule for incomplete uploads removes them.
 */
export const s3Storage = (bucket: Bucket): Storage & { close(): Promise<void> } => {
  const { prefix: before = '' } = bucket
  const { open, close } = clientOf(bucket)
  const at = (key: string) => ({ Bucket: bucket.bucket, Key: `${before}${namesOf(key).join('/')}` })

  const put: Storage['put'] = async (key, source, options = {}) => {
    const object = at(key)
    const { client, sdk } = await open()
    const { pieces, stored, end } = measured(source, options)
    const send = <T>(request: () => Promise<T>) => asked(request)
    try {
      await putParts({ client, sdk, object, send, signal: options.signal }, pieces)
    } finally {
      await end()
    }
    return stored()
  }

  const size = async (key: string) => {
    const object = at(key)
    const { client, sdk } = await open()
    const found = await unlessMissing(() => client.send(new sdk.HeadObjectCommand(object)))
    return found === null ? null : (found.ContentLength ?? 0)
  }

  const get = async (key: string, range?: ByteRange) => {
    const object = at(key)
    if (range !== undefined && (range.start < 0 || range.start > range.end)) throw notARange(range)
    const { client, sdk } = await open()
    const Range = range === undefined ? {} : { Range: `bytes=${range.start}-${range.end}` }
    try {
      const found = await unlessMissing(() => client.send(new sdk.GetObjectCommand({ ...object, ...Range })))
      if (found === null) return null
      const bytes = lengthOf(found.ContentRange) ?? found.ContentLength ?? 0
      const stream = found.Body as Readable
      if (range === undefined || range.end < bytes) return { bytes, stream }
      // The end of the range was cut off.
      stream.destroy()
    } catch (error) {
      if (!(error instanceof StorageUnavailable) || statusOf(error.cause) !== 416) throw error
    }
    throw notARange(range)
  }

  const remove = async (key: string) => {
    const object = at(key)
    const { client, sdk } = await open()
    await unlessMissing(() => client.send(new sdk.DeleteObjectCommand(object)))
  }

  const list = async function* (prefix: string) {
    namesOfPrefix(prefix)
    const { client, sdk } = await open()
    const wanted = { Bucket: bucket.bucket, Prefix: `${before}${prefix}` }
    let token: string | undefined
    do {
      const from = token === undefined ? {} : { ContinuationToken: token }
      const page = await asked(() => client.send(new sdk.ListObjectsV2Command({ ...wanted, ...from })))
      for (const { Key = '', Size = 0 } of page.Contents ?? [])
        yield { key: Key.slice(before.length), bytes: Size }
      token = page.NextContinuationToken
    } while (token !== undefined)
  }
  return { put, get, size, remove, list, close }
}
