import { isIP } from 'node:net'
import { isLoopback } from '@logbook/chassis/http/loopback.ts'
import {
  ConfigError,
  parseConfig,
  scraperTokenOf,
  scraperTokenSettings,
  serviceTokenOf,
  serviceTokenSettings,
  setting,
} from '@logbook/chassis/start/config.ts'
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
  /** The token that a scraper of metrics sends. */
  scraperToken: string | undefined
  /** Where browsers find this Logbook. */
  publicUrl: string
  /** Whose `X-Forwarded-For` counts: addresses and CIDRs. */
  trustedProxies: readonly string[]
  /** False where something in front bounds how often forms are sent. */
  rateLimits: boolean
  /** Whether a line is written for each request. */
  accessLog: AccessLog
  /** How often the views of posts are appended to the log. */
  viewsEveryMs: number
  /** True where the client serves its sources and tells pages over a WebSocket what changed in them. */
  development: boolean
}

const isNetwork = (text: string): boolean => {
  const [address = '', prefix] = text.split('/')
  const bits = isIP(address) === 6 ? 128 : 32
  return isIP(address) !== 0 && (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits))
}

/** That no proxy is trusted, said in so many words. */
const isNone = (list: readonly string[]): boolean => list.length === 1 && list[0] === 'none'

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
    (list) => list.every(isNetwork) || isNone(list),
    'must be addresses or CIDRs with commas between, such as 10.0.0.0/8, or none',
  )

export const settings = {
  HOST: setting.host(),
  PORT: setting.port(servicePorts.gateway),
  LOG_LEVEL: setting.logLevel(),
  PUBLIC_URL: setting.publicUrl(),
  TRUSTED_PROXIES: networks.describe(
    'Proxies whose `X-Forwarded-For` counts: addresses and CIDRs, with commas between, or `none`. Must be set where `PUBLIC_URL` is https and `HOST` is not loopback.',
  ),
  RATE_LIMITS: setting.rateLimits(),
  ACCESS_LOG: z
    .enum(accessLogs)
    .default('on')
    .describe(
      'A log line for each request: `on`, `off`, or `network` with the network it came from (/24, /48). `off` with `npm start` unless it is set.',
    ),
  VIEWS_EVERY_S: z.coerce
    .number()
    .int()
    .min(1)
    .max(86_400)
    .default(600)
    .describe(
      'Seconds between two records of how often posts were opened, one event each where there is anything new. A kill of the gateway loses what was counted since the last one.',
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
  MEDIA_URL: setting.urlOf('media'),
  ACCOUNTS_URL: setting.urlOf('accounts'),
  NOTIFICATIONS_URL: setting.urlOf('notifications'),
  ...serviceTokenSettings,
  ...scraperTokenSettings,
  BUS_URL: setting.urlOf('event-bus'),
}

/**
 * The gateway speaks no TLS: where the blog is reached by it, a proxy stands in front, and what is not said to be from it would make
 * one network of all readers. On loopback it may be a tunnel of this machine, or nothing at all yet.
 */
const trustedOf = ({
  TRUSTED_PROXIES: given,
  PUBLIC_URL,
  HOST,
}: Pick<z.infer<z.ZodObject<typeof settings>>, 'TRUSTED_PROXIES' | 'PUBLIC_URL' | 'HOST'>) => {
  if (given.length === 0 && PUBLIC_URL.startsWith('https:') && !isLoopback(HOST))
    throw new ConfigError(
      'Wrong settings:\n  TRUSTED_PROXIES: must be set, since the blog is reached by https and so through a proxy: the addresses or CIDRs of the ' +
        'proxies, such as 10.0.0.0/8, or none. Without them all readers count as one network.',
    )
  return isNone(given) ? [] : given
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
      media: read.MEDIA_URL,
      accounts: read.ACCOUNTS_URL,
      notifications: read.NOTIFICATIONS_URL,
    },
    busUrl: read.BUS_URL,
    publicUrl: read.PUBLIC_URL,
    serviceToken: serviceTokenOf(read),
    scraperToken: scraperTokenOf(read),
    trustedProxies: trustedOf(read),
    rateLimits: read.RATE_LIMITS === 'on',
    accessLog: read.ACCESS_LOG,
    viewsEveryMs: read.VIEWS_EVERY_S * 1_000,
    development: read.DEVELOPMENT === 'on',
  }
}
