import { dirname, join } from 'node:path'
import type { Digests } from '@logbook/chassis/access/service-tokens.ts'
import { allowedTargetsSetting } from '@logbook/chassis/http/allowed-targets.ts'
import { isLoopback } from '@logbook/chassis/http/loopback.ts'
import {
  ConfigError,
  knownCallersOf,
  knownCallersSettings,
  parseConfig,
  setting,
} from '@logbook/chassis/start/config.ts'
import { servicePorts } from '@logbook/contracts/services.ts'
import { z } from 'zod'
import { limits } from './limits.ts'
import { limits as toolLimits } from './tool/limits.ts'

export interface Config {
  host: string
  port: number
  logLevel: string
  /** The log's file, `data/event-bus.sqlite` by default. It can't be rebuilt. */
  database: string
  /** The file of durable subscriptions, by default `subscriptions.sqlite` beside the log. */
  subscriptionsDatabase: string
  /** Targets that push subscriptions may post to; by default only loopback. */
  pushAllow: readonly string[]
  /** Origins whose pages may read the bus directly. */
  origins: readonly string[]
  /** The digests of the callers' tokens. Undefined only on a loopback address. */
  knownCallers: Digests | undefined
  eventsPerSecondMax: number
  /** Allow a new log beside files that were built from another. */
  newLog: boolean
  /** How often the whole log is verified in the background; 0 for never. */
  scrubHours: number
}

export const settings = {
  HOST: setting.host(),
  PORT: setting.port(servicePorts['event-bus']),
  LOG_LEVEL: setting.logLevel(),
  DATABASE: setting.path('data/event-bus.sqlite').describe('The log (SQLite). Nothing rebuilds it.'),
  SUBSCRIPTIONS_DATABASE: z
    .string()
    .min(1)
    .optional()
    .describe('The places of durable subscriptions (SQLite); `subscriptions.sqlite` beside the log.'),
  PUSH_ALLOW: allowedTargetsSetting('loopback').describe(
    'Which hosts push subscriptions may post to, with commas between: `loopback`, `public`, addresses, ranges, host names, `*.` and a domain.',
  ),
  CORS_ORIGINS: setting.origins(''),
  SERVICE_DIGESTS_DIR: knownCallersSettings.SERVICE_DIGESTS_DIR,
  SERVICE_TOKENS_DIR: knownCallersSettings.SERVICE_TOKENS_DIR,
  EVENTS_PER_SECOND_MAX: z.coerce
    .number()
    .int()
    .min(1)
    .default(limits.eventsPerSecondMax)
    .describe('How many events one caller may append in a second.'),
  SCRUB_HOURS: z.coerce
    .number()
    .min(0)
    .max(toolLimits.scrubHoursMax)
    .default(toolLimits.scrubHours)
    .describe('How often the whole log is verified in the background; 0 for never.'),
  NEW_LOG: z
    .enum(['refused', 'allowed'])
    .default('refused')
    .describe('`allowed`: begin a log beside files that were built from another.'),
}

/** Throws `ConfigError` naming every wrong variable. */
export const readConfig = (env: NodeJS.ProcessEnv): Config => {
  const read = parseConfig(settings, env)
  const knownCallers = knownCallersOf(read)
  if (knownCallers === undefined && !isLoopback(read.HOST))
    throw new ConfigError(
      `Wrong settings:\n  SERVICE_DIGESTS_DIR or SERVICE_TOKENS_DIR: must be set where others can reach the bus (HOST is ${read.HOST})`,
    )
  return {
    host: read.HOST,
    port: read.PORT,
    logLevel: read.LOG_LEVEL,
    database: read.DATABASE,
    subscriptionsDatabase:
      read.SUBSCRIPTIONS_DATABASE ?? join(dirname(read.DATABASE), 'subscriptions.sqlite'),
    pushAllow: read.PUSH_ALLOW,
    origins: read.CORS_ORIGINS,
    knownCallers,
    eventsPerSecondMax: read.EVENTS_PER_SECOND_MAX,
    newLog: read.NEW_LOG === 'allowed',
    scrubHours: read.SCRUB_HOURS,
  }
}
