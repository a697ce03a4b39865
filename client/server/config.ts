import { parseConfig, setting } from '@logbook/chassis/start/config.ts'
import { type BlogSettings, initialSettings, initialVariables } from '@logbook/contracts/events/settings.ts'
import { servicePorts } from '@logbook/contracts/services.ts'

export interface Config {
  host: string
  port: number
  logLevel: string
  /** Where browsers find the blog, without a path. */
  publicUrl: string
  /** The settings of the blog until they are changed. */
  initial: BlogSettings
  urls: {
    query: string
    posts: string
    comments: string
    moderation: string
    accounts: string
    notifications: string
    media: string
  }
}

export const settings = {
  HOST: setting.host(),
  PORT: setting.port(servicePorts.client),
  LOG_LEVEL: setting.logLevel(),
  PUBLIC_URL: setting.publicUrl(),
  QUERY_URL: setting.urlOf('query'),
  POSTS_URL: setting.urlOf('posts'),
  COMMENTS_URL: setting.urlOf('comments'),
  MODERATION_URL: setting.urlOf('moderation'),
  ACCOUNTS_URL: setting.urlOf('accounts'),
  NOTIFICATIONS_URL: setting.urlOf('notifications'),
  MEDIA_URL: setting.urlOf('media'),
  ...initialVariables,
}

/** Throws `ConfigError` naming every wrong variable. */
export const readConfig = (env: NodeJS.ProcessEnv): Config => {
  const read = parseConfig(settings, env)
  return {
    host: read.HOST,
    port: read.PORT,
    logLevel: read.LOG_LEVEL,
    publicUrl: read.PUBLIC_URL,
    initial: initialSettings(read),
    urls: {
      query: read.QUERY_URL,
      posts: read.POSTS_URL,
      comments: read.COMMENTS_URL,
      moderation: read.MODERATION_URL,
      accounts: read.ACCOUNTS_URL,
      notifications: read.NOTIFICATIONS_URL,
      media: read.MEDIA_URL,
    },
  }
}
