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

/** What each variable means, and what counts where it is absent. */
export const settings = {
  HOST: { fallback: '127.0.0.1', meaning: 'The address it listens on.' },
  PORT: {
    fallback: String(servicePorts.client),
    meaning: 'The port it listens on. 0 lets the system choose.',
  },
  BLOG_TITLE: {
    fallback: 'Logbook',
    meaning: 'What the blog is called until its settings are changed, and in mails.',
  },
  COMMENTS_FROM: {
    fallback: 'guests',
    meaning: 'From whom comments are taken: `guests`, `members`, `nobody`.',
  },
  QUERY_URL: { fallback: defaultUrl('query'), meaning: 'Where it finds query.' },
  POSTS_URL: { fallback: defaultUrl('posts'), meaning: 'Where it finds posts.' },
  COMMENTS_URL: { fallback: defaultUrl('comments'), meaning: 'Where it finds comments.' },
  MODERATION_URL: { fallback: defaultUrl('moderation'), meaning: 'Where it finds moderation.' },
  ACCOUNTS_URL: { fallback: defaultUrl('accounts'), meaning: 'Where it finds accounts.' },
} as const
type Setting = keyof typeof settings

/** Reads the client's settings. An empty variable counts as absent. Throws `ConfigError` naming every wrong one. */
export const readConfig = (env: NodeJS.ProcessEnv): Config => {
  const wrong: string[] = []
  const read = (name: Setting): string => env[name] || settings[name].fallback
  const url = (name: Setting): string => {
    const value = read(name)
    if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol))
      wrong.push(`${name}: must be an http(s) address (got ${JSON.stringify(value)})`)
    return value.replace(/\/$/, '')
  }
  const port = Number(read('PORT'))
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    wrong.push(`PORT: must be a port from 0 to 65535 (got ${JSON.stringify(env.PORT)})`)
  const title = read('BLOG_TITLE').trim()
  if (title === '' || title.length > titleCharsMax)
    wrong.push(`BLOG_TITLE: must be 1 to ${titleCharsMax} characters`)
  const from = commentsFrom.find((each) => each === read('COMMENTS_FROM'))
  if (from === undefined)
    wrong.push(`COMMENTS_FROM: must be ${commentsFrom.join(', ')} (got ${JSON.stringify(env.COMMENTS_FROM)})`)
  const config = {
    host: read('HOST'),
    port,
    title,
    commentsFrom: from ?? 'guests',
    urls: {
      query: url('QUERY_URL'),
      posts: url('POSTS_URL'),
      comments: url('COMMENTS_URL'),
      moderation: url('MODERATION_URL'),
      accounts: url('ACCOUNTS_URL'),
    },
  }
  if (wrong.length > 0)
    throw new ConfigError(`Wrong settings:\n${wrong.map((each) => `  ${each}`).join('\n')}`)
  return config
}
