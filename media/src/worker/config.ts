import { once } from 'node:events'
import { hostname } from 'node:os'
import { allowedTargetsList } from '@logbook/chassis/http/allowed-targets.ts'
import {
  ConfigError,
  parseConfig,
  serviceTokenOf,
  serviceTokenSettings,
  setting,
} from '@logbook/chassis/start/config.ts'
import { z } from 'zod'
import { keysOf, storageSettings } from '../config.ts'
import { workerLimits as limits } from './limits.ts'

export const settings = {
  ...storageSettings,
  MEDIA_STORAGE: z
    .string()
    .min(1)
    .optional()
    .describe('Where files lie, where this machine has them elsewhere than media says with each job.'),
  MEDIA_FETCH_ALLOW: allowedTargetsList
    .optional()
    .describe('Hosts that files may be fetched from by link, in place of what media says with each job.'),
  ...serviceTokenSettings,
  LOG_LEVEL: setting.logLevel(),
  MEDIA_URL: setting.urlOf('media'),
  MEDIA_WORKER_NAME: z
    .string()
    .min(1)
    .max(100)
    .refine((name) => process.connected === true || !name.startsWith('local-'), 'must not begin with local-')
    .default(`${hostname()}-${process.pid}`)
    .describe('What the log calls this worker.'),
}

export interface WorkerConfig {
  url: string
  name: string
  logLevel: string
  /** Undefined where each job names it. */
  storage: string | undefined
  /** The keys that open a bucket. */
  env: ReturnType<typeof keysOf>
  /** Undefined where each job names them. */
  fetchAllow: readonly string[] | undefined
  /** Undefined where the parent process gives it. */
  token: string | undefined
  idleMsMax: number
}

/** Throws `ConfigError` naming every wrong variable, also if no token is set and no parent process can send one. */
export const readWorkerConfig = (env: NodeJS.ProcessEnv): WorkerConfig => {
  const read = parseConfig(settings, env)
  const token = serviceTokenOf(read)
  const hasParent = process.connected === true
  if (token === undefined && !hasParent)
    throw new ConfigError('SERVICE_TOKEN_FILE must name the file with the token of media-worker.')
  return {
    url: read.MEDIA_URL,
    name: read.MEDIA_WORKER_NAME,
    logLevel: read.LOG_LEVEL,
    storage: read.MEDIA_STORAGE,
    env: keysOf(read),
    fetchAllow: read.MEDIA_FETCH_ALLOW,
    token,
    // One that was started by hand stays; the service starts its own again when there is work.
    idleMsMax: token === undefined ? limits.idleMsMax : Number.POSITIVE_INFINITY,
  }
}

const fromParent = z.object({ token: z.string().min(16) })

/** What the service that started this process gives it over their channel. */
export const tokenFromParent = async (): Promise<string> => {
  const [message] = await once(process, 'message')
  // Every later message asks whether this process is alive.
  process.on('message', () => process.send?.({ alive: true }))
  return fromParent.parse(message).token
}
