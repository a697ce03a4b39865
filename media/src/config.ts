import { allowedTargetsSetting } from '@logbook/chassis/http/allowed-targets.ts'
import { parseConfig, secretFileSetting, setting } from '@logbook/chassis/start/config.ts'
import {
  type FollowerConfig,
  followerSettings,
  readFollowerConfig,
} from '@logbook/chassis/start/follower-config.ts'
import { servicePorts } from '@logbook/contracts/services.ts'
import { z } from 'zod'
import { limits } from './limits.ts'

const bytes = (fallback: number) => z.coerce.number().int().min(1).default(fallback)

/** What the service and its workers read alike. */
export const storageSettings = {
  MEDIA_STORAGE: setting
    .path('data/media')
    .describe(
      'Where files lie: a folder, or `s3://bucket/prefix?region=…&endpoint=…` with its keys in `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`.',
    ),
  MEDIA_FETCH_ALLOW: allowedTargetsSetting('public').describe(
    'Hosts that files may be fetched from by link, with commas between: `public`, `loopback`, addresses, ranges, host names.',
  ),
  AWS_ACCESS_KEY_ID: z.string().optional().describe('The key of the bucket, where files lie in one.'),
  AWS_ACCESS_KEY_ID_FILE: secretFileSetting.describe('The file with `AWS_ACCESS_KEY_ID`.'),
  AWS_SECRET_ACCESS_KEY: z.string().optional().describe('The secret of that key.'),
  AWS_SECRET_ACCESS_KEY_FILE: secretFileSetting.describe('The file with `AWS_SECRET_ACCESS_KEY`.'),
  AWS_REGION: z.string().optional().describe('The region of the bucket, where its address names none.'),
}

const storageShape = z.object(storageSettings)
type Read = z.infer<typeof storageShape>

/** The keys that open a bucket, by the names that the engine knows. */
export const keysOf = (read: Omit<Read, 'MEDIA_STORAGE' | 'MEDIA_FETCH_ALLOW'>) => ({
  AWS_ACCESS_KEY_ID: read.AWS_ACCESS_KEY_ID ?? read.AWS_ACCESS_KEY_ID_FILE,
  AWS_SECRET_ACCESS_KEY: read.AWS_SECRET_ACCESS_KEY ?? read.AWS_SECRET_ACCESS_KEY_FILE,
  AWS_REGION: read.AWS_REGION,
})

/** Where the storage is, with the keys that open it. */
export const storageOf = (read: Read) => ({ location: read.MEDIA_STORAGE, env: keysOf(read) })

const ownSettings = {
  ...storageSettings,
  MEDIA_UPLOADS: setting.path('data/uploads').describe('The folder of uploads that are not complete.'),
  MEDIA_WORKERS: setting
    .count(1)
    .describe('Workers that it starts itself when there is work. 0 where they run elsewhere.'),
  MEDIA_FILE_BYTES_MAX: bytes(limits.fileBytesMax).describe('The largest file that is taken, in bytes.'),
  MEDIA_PERSON_BYTES_MAX: bytes(limits.personBytesMax).describe(
    'How much the files of one person may need in all, in bytes.',
  ),
}

const following = followerSettings({ port: servicePorts.media, database: 'data/media.sqlite' })
export const settings = { ...following, ...ownSettings }

export interface MediaConfig extends FollowerConfig {
  storage: ReturnType<typeof storageOf>
  uploads: string
  workers: number
  fetchAllow: readonly string[]
  fileBytesMax: number
  personBytesMax: number
}

/** Throws `ConfigError` naming every wrong variable. */
export const readConfig = (env: NodeJS.ProcessEnv): MediaConfig => {
  parseConfig(settings, env)
  const read = parseConfig(ownSettings, env)
  return {
    ...readFollowerConfig(env, following),
    storage: storageOf(read),
    uploads: read.MEDIA_UPLOADS,
    workers: read.MEDIA_WORKERS,
    fetchAllow: read.MEDIA_FETCH_ALLOW,
    fileBytesMax: read.MEDIA_FILE_BYTES_MAX,
    personBytesMax: read.MEDIA_PERSON_BYTES_MAX,
  }
}
