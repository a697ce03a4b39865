import { defaultUrl } from '@logbook/contracts/services.ts'
import type { Digests } from './access/service-tokens.ts'
import {
  knownCallersOf,
  knownCallersSettings,
  parseConfig,
  serviceTokenOf,
  serviceTokenSettings,
  setting,
} from './config.ts'

/** The settings of a service that lives on the log. */
export interface FollowerConfig {
  host: string
  port: number
  logLevel: string
  busUrl: string
  /** Where the keys of people are, and those of access tokens. */
  accountsUrl: string
  /** What it shows to the bus and to others; undefined where the bus is open. */
  serviceToken: string | undefined
  /** Who is let in by a token; undefined where nobody is. */
  knownCallers: Digests | undefined
  /** Its own file, rebuilt from the log when it is missing. */
  database: string
  /** Origins whose pages may call it directly. */
  origins: readonly string[]
}

/** Reads them, with the service's own port and file where nothing else is said. Throws `ConfigError` naming every wrong variable. */
export const readFollowerConfig = (
  env: NodeJS.ProcessEnv,
  { port, database }: { port: number; database: string },
): FollowerConfig => {
  const read = parseConfig(
    {
      HOST: setting.host(),
      PORT: setting.port(port),
      LOG_LEVEL: setting.logLevel(),
      BUS_URL: setting.url(defaultUrl('event-bus')),
      ACCOUNTS_URL: setting.url(defaultUrl('accounts')),
      ...serviceTokenSettings,
      ...knownCallersSettings,
      DATABASE: setting.path(database),
      CORS_ORIGINS: setting.origins('http://localhost:3000,http://127.0.0.1:3000'),
    },
    env,
  )
  return {
    host: read.HOST,
    port: read.PORT,
    logLevel: read.LOG_LEVEL,
    busUrl: read.BUS_URL,
    accountsUrl: read.ACCOUNTS_URL,
    serviceToken: serviceTokenOf(read),
    knownCallers: knownCallersOf(read),
    database: read.DATABASE,
    origins: read.CORS_ORIGINS,
  }
}
