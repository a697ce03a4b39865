import { defaultUrl, servicePorts } from '@logbook/contracts/services.ts'

const commentsFrom = ['guests', 'members', 'nobody'] as const
type CommentsFrom = (typeof commentsFrom)[number]

export interface Config {
  host: string
  port: number
  /** What the blog is called. */
  title: string
  /** Who may comment; comments itself holds to it. */
  commentsFrom: CommentsFrom
  urls: { query: string; posts: string; comments: string; moderation: string; accounts: string }
}

/** Thrown for settings that make no sense; its message names each variable. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

const titleCharsMax = 100

/** Reads the client's settings. An empty variable counts as absent. Throws `ConfigError` naming every wrong one. */
export const readConfig = (env: NodeJS.ProcessEnv): Config => {
  const wrong: string[] = []
  const url = (name: string, fallback: string): string => {
    const value = env[name] || fallback
    if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol))
      wrong.push(`${name}: must be an http(s) address (got ${JSON.stringify(value)})`)
    return value.replace(/\/$/, '')
  }
  const port = Number(env.PORT || servicePorts.client)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    wrong.push(`PORT: must be a port from 0 to 65535 (got ${JSON.stringify(env.PORT)})`)
  const title = (env.BLOG_TITLE || 'Logbook').trim()
  if (title === '' || title.length > titleCharsMax)
    wrong.push(`BLOG_TITLE: must be 1 to ${titleCharsMax} characters`)
  const from = commentsFrom.find((each) => each === (env.COMMENTS_FROM || 'guests'))
  if (from === undefined)
    wrong.push(`COMMENTS_FROM: must be ${commentsFrom.join(', ')} (got ${JSON.stringify(env.COMMENTS_FROM)})`)
  const config = {
    host: env.HOST || '127.0.0.1',
    port,
    title,
    commentsFrom: from ?? 'guests',
    urls: {
      query: url('QUERY_URL', defaultUrl('query')),
      posts: url('POSTS_URL', defaultUrl('posts')),
      comments: url('COMMENTS_URL', defaultUrl('comments')),
      moderation: url('MODERATION_URL', defaultUrl('moderation')),
      accounts: url('ACCOUNTS_URL', defaultUrl('accounts')),
    },
  }
  if (wrong.length > 0)
    throw new ConfigError(`Wrong settings:\n${wrong.map((each) => `  ${each}`).join('\n')}`)
  return config
}
