import { resolve } from 'node:path'
import { ConfigError } from '@logbook/chassis/start/config.ts'
import { type FolderStorage, folderStorage } from './folder.ts'
import { s3Storage } from './s3.ts'
import type { Storage } from './storage.ts'

const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/

/** Where objects lie: engine, and what to do at the end. */
export interface OpenStorage extends Storage {
  /** Present where temporary files of killed writers stay behind. */
  sweep?: FolderStorage['sweep']
  close(): Promise<void>
}

const credentialsOf = (env: NodeJS.ProcessEnv) => {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env
  return accessKeyId && secretAccessKey ? { credentials: { accessKeyId, secretAccessKey } } : {}
}

const prefixOf = (pathname: string): string => {
  const path = pathname.replace(/^\/+|\/+$/g, '')
  return path === '' ? '' : `${path}/`
}

const openBucket = (location: string, env: NodeJS.ProcessEnv): OpenStorage => {
  const url = URL.parse(location)
  const region = url?.searchParams.get('region') ?? env.AWS_REGION ?? 'us-east-1'
  const endpoint = url?.searchParams.get('endpoint') ?? undefined
  const known = [...(url?.searchParams.keys() ?? [])].every(
    (name) => name === 'region' || name === 'endpoint',
  )
  if (url === null || !bucketName.test(url.hostname) || url.username !== '' || url.password !== '' || !known)
    throw new ConfigError(
      'A bucket is named like s3://bucket/prefix?region=eu-central-1&endpoint=https://host.',
    )
  if (endpoint !== undefined && !/^https?:$/.test(URL.parse(endpoint)?.protocol ?? ''))
    throw new ConfigError('The endpoint of a bucket must be an address that begins with http:// or https://.')
  const bucket = { bucket: url.hostname, region, prefix: prefixOf(url.pathname), ...credentialsOf(env) }
  return s3Storage(endpoint === undefined ? bucket : { ...bucket, endpoint })
}

/** The same storage as workers find it: a folder by its whole path. */
export const placeOf = (location: string): string =>
  location.startsWith('s3:') ? location : resolve(location)

/**
 * Opens the storage at `place`: a folder, or `s3://bucket/prefix?region=…&endpoint=…`, whose keys are in the environment
 * (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`). Throws a ConfigError for a place that is neither. Nothing is connected to yet.
 */
export const openStorage = (location: string, env: NodeJS.ProcessEnv): OpenStorage => {
  if (location.startsWith('s3:')) return openBucket(location, env)
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(location) || location === '')
    throw new ConfigError(
      `${JSON.stringify(location)} is neither a folder nor an address that begins with s3://.`,
    )
  return { ...folderStorage(location), close: async () => undefined }
}
