import type { Digests } from '../access/service-tokens.ts'
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
  /** Who is let in by a token; undefined where no caller is. */
  knownCallers: Digests | undefined
  /** Its own file, rebuilt from the log when it is missing. */
  database: string
  /** Origins whose pages may call it directly. */
  origins: readonly string[]
}

/** The settings of every service that lives on the log, by the names of their variables, with its own port and file where nothing else is said. */
export const followerSettings = ({ port, database }: { port: number; database: string }) => ({
  HOST: setting.host(),
  PORT: setting.port(port),
  LOG_LEVEL: setting.logLevel(),
  BUS_URL: setting.urlOf('event-bus'),
  ACCOUNTS_URL: setting.urlOf('accounts'),
  ...serviceTokenSettings,
  ...knownCallersSettings,
  DATABASE: setting.database(database),
  CORS_ORIGINS: setting.origins('http://localhost:3000,http://127.0.0.1:3000'),
})

/** Reads them. Throws `ConfigError` naming every wrong variable. */
export const readFollowerConfig = (
  env: NodeJS.ProcessEnv,
  settings: ReturnType<typeof followerSettings>,
): FollowerConfig => {
  const read = parseConfig(settings, env)
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
