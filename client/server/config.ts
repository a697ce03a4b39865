import {
  type BlogSettings,
  initialEnvironment,
  initialSettings,
  initialVariables,
} from '@logbook/contracts/events/settings.ts'
import { defaultUrl, servicePorts } from '@logbook/contracts/services.ts'

export interface Config {
  host: string
  port: number
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
  }
}

/** Thrown for settings that make no sense; its message names each variable. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

/** What each variable means, and what counts where it is absent. */
const own = {
  HOST: { fallback: '127.0.0.1', meaning: 'The address it listens on.' },
  PORT: {
    fallback: String(servicePorts.client),
    meaning: 'The port it listens on. 0 lets the system choose.',
  },
  PUBLIC_URL: {
    fallback: defaultUrl('gateway').replace('127.0.0.1', 'localhost'),
    meaning:
      'Where browsers find the blog, without a path: links, feeds and mails say it, and no other name is answered.',
  },
  QUERY_URL: { fallback: defaultUrl('query'), meaning: 'Where it finds query.' },
  POSTS_URL: { fallback: defaultUrl('posts'), meaning: 'Where it finds posts.' },
  COMMENTS_URL: { fallback: defaultUrl('comments'), meaning: 'Where it finds comments.' },
  MODERATION_URL: { fallback: defaultUrl('moderation'), meaning: 'Where it finds moderation.' },
  ACCOUNTS_URL: { fallback: defaultUrl('accounts'), meaning: 'Where it finds accounts.' },
  NOTIFICATIONS_URL: { fallback: defaultUrl('notifications'), meaning: 'Where it finds notifications.' },
} as const
export const settings = { ...own, ...initialVariables }
type Setting = keyof typeof own

/** Reads the client's settings. An empty variable counts as absent. Throws `ConfigError` naming every wrong one. */
export const readConfig = (env: NodeJS.ProcessEnv): Config => {
  const wrong: string[] = []
  const read = (name: Setting): string => env[name] || own[name].fallback
  const url = (name: Setting): string => {
    const value = read(name)
    if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol))
      wrong.push(`${name}: must be an http(s) address (got ${JSON.stringify(value)})`)
    return value.replace(/\/$/, '')
  }
  const publicUrl = url('PUBLIC_URL')
  if (wrong.length === 0 && new URL(publicUrl).origin !== publicUrl)
    wrong.push(`PUBLIC_URL: must be an origin without a path (got ${JSON.stringify(publicUrl)})`)
  const port = Number(read('PORT'))
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    wrong.push(`PORT: must be a port from 0 to 65535 (got ${JSON.stringify(env.PORT)})`)
  const initial = initialEnvironment.safeParse({
    BLOG_TITLE: env.BLOG_TITLE || undefined,
    COMMENTS_FROM: env.COMMENTS_FROM || undefined,
  })
  for (const { path, message } of initial.error?.issues ?? [])
    wrong.push(`${path.join('.')}: ${message} (got ${JSON.stringify(env[String(path[0])])})`)
  const config = {
    host: read('HOST'),
    port,
    publicUrl,
    initial: initialSettings(initial.data),
    urls: {
      query: url('QUERY_URL'),
      posts: url('POSTS_URL'),
      comments: url('COMMENTS_URL'),
      moderation: url('MODERATION_URL'),
      accounts: url('ACCOUNTS_URL'),
      notifications: url('NOTIFICATIONS_URL'),
    },
  }
  if (wrong.length > 0)
    throw new ConfigError(`Wrong settings:\n${wrong.map((each) => `  ${each}`).join('\n')}`)
  return config
}
