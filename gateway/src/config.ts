import { parseConfig, setting } from '@logbook/chassis/config.ts'
import { defaultUrl, servicePorts } from '@logbook/contracts/services.ts'
import type { Upstream } from './routes.ts'

export interface Config {
  host: string
  port: number
  logLevel: string
  /** Where each service behind the gateway is. */
  upstreams: Record<Upstream, string>
  /** Asked for its health alone: the log is not reached through the gateway. */
  busUrl: string
}

/** Throws `ConfigError` naming every wrong variable. */
export const readConfig = (env: NodeJS.ProcessEnv): Config => {
  const read = parseConfig(
    {
      HOST: setting.host(),
      PORT: setting.port(servicePorts.gateway),
      LOG_LEVEL: setting.logLevel(),
      CLIENT_URL: setting.url(defaultUrl('client')),
      POSTS_URL: setting.url(defaultUrl('posts')),
      COMMENTS_URL: setting.url(defaultUrl('comments')),
      QUERY_URL: setting.url(defaultUrl('query')),
      MODERATION_URL: setting.url(defaultUrl('moderation')),
      BUS_URL: setting.url(defaultUrl('event-bus')),
    },
    env,
  )
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
    },
    busUrl: read.BUS_URL,
  }
}
