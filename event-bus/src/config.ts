import { dirname, join } from 'node:path'
import { parseConfig, setting } from '@logbook/chassis/config.ts'
import { servicePorts } from '@logbook/contracts/services.ts'
import { z } from 'zod'
import { allowedTargetsSetting } from './subscriptions/allowed-targets.ts'

export interface Config {
  host: string
  port: number
  logLevel: string
  /** The log's file, `data/event-bus.sqlite` unless told otherwise. This is the one to back up. */
  database: string
  /** The places of the durable subscriptions, `subscriptions.sqlite` beside the log unless told otherwise. */
  subscriptionsDatabase: string
  /** Whom push subscriptions may post to; loopback alone unless told otherwise. */
  pushAllow: readonly string[]
  /** Origins whose pages may read the bus directly. */
  origins: readonly string[]
}

/** Throws `ConfigError` naming every wrong variable. */
export const readConfig = (env: NodeJS.ProcessEnv): Config => {
  const read = parseConfig(
    {
      HOST: setting.host(),
      PORT: setting.port(servicePorts['event-bus']),
      LOG_LEVEL: setting.logLevel(),
      DATABASE: setting.path('data/event-bus.sqlite'),
      SUBSCRIPTIONS_DATABASE: z.string().min(1).optional(),
      PUSH_ALLOW: allowedTargetsSetting,
      ORIGINS: setting.origins(''),
    },
    env,
  )
  return {
    host: read.HOST,
    port: read.PORT,
    logLevel: read.LOG_LEVEL,
    database: read.DATABASE,
    subscriptionsDatabase:
      read.SUBSCRIPTIONS_DATABASE ?? join(dirname(read.DATABASE), 'subscriptions.sqlite'),
    pushAllow: read.PUSH_ALLOW,
    origins: read.ORIGINS,
  }
}
