import { isIP } from 'node:net'
import {
  parseConfig,
  scraperTokenOf,
  scraperTokenSettings,
  serviceTokenOf,
  serviceTokenSettings,
  setting,
} from '@logbook/chassis/config.ts'
import { servicePorts } from '@logbook/contracts/services.ts'
import { z } from 'zod'
import { type AccessLog, accessLogs } from './access-log.ts'
import type { Upstream } from './routes.ts'

export interface Config {
  host: string
  port: number
  logLevel: string
  /** Where each service behind the gateway is. */
  upstreams: Record<Upstream, string>
  /** Asked for its health alone: the log is not reached through the gateway. */
  busUrl: string
  /** What accounts knows the gateway by. */
  serviceToken: string | undefined
  /** What whoever scrapes metrics shows. */
  scraperToken: string | undefined
  /** Where browsers find this Logbook. */
  publicUrl: string
  /** Whose `X-Forwarded-For` counts: addresses and CIDRs. */
  trustedProxies: readonly string[]
  /** False where something in front bounds how often forms are sent. */
  rateLimits: boolean
  /** Whether a line is written for each request. */
  accessLog: AccessLog
  /** True where the client serves its sources and tells pages over a WebSocket what changed in them. */
  development: boolean
}

const isNetwork = (text: string): boolean => {
  const [address = '', prefix] = text.split('/')
  const bits = isIP(address) === 6 ? 128 : 32
  return isIP(address) !== 0 && (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits))
}

const networks = z
  .string()
  .default('')
  .transform((list) =>
    list
      .split(',')
      .map((each) => each.trim())
      .filter(Boolean),
  )
  .refine(
    (list) => list.every(isNetwork),
    'must be addresses or CIDRs with commas between, such as 10.0.0.0/8',
  )

export const settings = {
  HOST: setting.host(),
  PORT: setting.port(servicePorts.gateway),
  LOG_LEVEL: setting.logLevel(),
  PUBLIC_URL: setting.publicUrl(),
  TRUSTED_PROXIES: networks.describe(
    'Proxies whose `X-Forwarded-For` counts: addresses and CIDRs, with commas between.',
  ),
  RATE_LIMITS: setting.rateLimits(),
  ACCESS_LOG: z
    .enum(accessLogs)
    .default('on')
    .describe(
      'A log line for each request: `on`, `off`, or `network` with the network it came from (/24, /48). `off` with `npm start` unless it is set.',
    ),
  DEVELOPMENT: z
    .enum(['on', 'off'])
    .default('off')
    .describe('`on`: pass WebSockets on to the development server of the client.'),
  CLIENT_URL: setting.urlOf('client'),
  POSTS_URL: setting.urlOf('posts'),
  COMMENTS_URL: setting.urlOf('comments'),
  QUERY_URL: setting.urlOf('query'),
  MODERATION_URL: setting.urlOf('moderation'),
  ACCOUNTS_URL: setting.urlOf('accounts'),
  ...serviceTokenSettings,
  ...scraperTokenSettings,
  BUS_URL: setting.urlOf('event-bus'),
}

/** Throws `ConfigError` naming every wrong variable. */
export const readConfig = (env: NodeJS.ProcessEnv): Config => {
  const read = parseConfig(settings, env)
  return {
    host: read.HOST,
    port: read.PORT,
    logLevel: read.LOG_LEVEL,
    upstreams: {
      client: read.CLIENT_URL,
      posts: read.POSTS_URL,
      comments: read.COMMENTS_URL,
      query: read.QUERY_URL,
      moderation: read.MODERATION_URL,
      accounts: read.ACCOUNTS_URL,
    },
    busUrl: read.BUS_URL,
    publicUrl: read.PUBLIC_URL,
    serviceToken: serviceTokenOf(read),
    scraperToken: scraperTokenOf(read),
    trustedProxies: read.TRUSTED_PROXIES,
    rateLimits: read.RATE_LIMITS === 'on',
    accessLog: read.ACCESS_LOG,
    development: read.DEVELOPMENT === 'on',
  }
}
