import type { ServiceName } from '@logbook/contracts/services.ts'

/** What any process needs of the system that it runs on. None of these is a secret. */
const ofTheSystem = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LANGUAGE', 'LC_ALL', 'LC_CTYPE', 'TZ', 'TMPDIR'],
  ...[
    'TEMP',
    'TMP',
    'SystemRoot',
    'SYSTEMROOT',
    'ComSpec',
    'PATHEXT',
    'APPDATA',
    'LOCALAPPDATA',
    'USERPROFILE',
  ],
  ...['NO_COLOR', 'FORCE_COLOR', 'LD_LIBRARY_PATH', 'LD_PRELOAD', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
  ...['NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS', 'NODE_V8_COVERAGE', 'UV_THREADPOOL_SIZE'],
] as const

const withFile = (...names: string[]) => names.flatMap((name) => [name, `${name}_FILE`])

/** The settings of a service that are taken from the runner's own environment. All others follow from the place (`environmentOf`). */
export const settingsOf: Readonly<Record<ServiceName, readonly string[]>> = {
  'event-bus': ['LOG_LEVEL', 'PUSH_ALLOW', 'EVENTS_PER_SECOND_MAX', 'NEW_LOG', 'SCRUB_HOURS'],
  accounts: [
    ...['LOG_LEVEL', 'SIGN_UP', 'MAIL_FROM', 'SMTP_HOST', 'SMTP_PORT', 'SMTP_SECURE', 'SMTP_USER'],
    ...['BLOG_TITLE', 'GITHUB_CLIENT_ID', 'GOOGLE_CLIENT_ID'],
    ...withFile('MASTER_KEY', 'SMTP_PASSWORD', 'GITHUB_CLIENT_SECRET', 'GOOGLE_CLIENT_SECRET'),
  ],
  posts: ['LOG_LEVEL', 'BLOG_TITLE', 'COMMENTS_FROM'],
  comments: ['LOG_LEVEL', 'RATE_LIMITS', 'COMMENTS_FROM'],
  moderation: ['LOG_LEVEL'],
  media: [
    ...['LOG_LEVEL', 'MEDIA_STORAGE', 'MEDIA_FETCH_ALLOW', 'MEDIA_WORKERS'],
    ...['MEDIA_FILE_BYTES_MAX', 'MEDIA_PERSON_BYTES_MAX'],
    ...withFile('AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'),
    'AWS_REGION',
  ],
  query: ['LOG_LEVEL', 'BLOG_TITLE', 'COMMENTS_FROM'],
  notifications: [
    ...['LOG_LEVEL', 'MAIL_FROM', 'SMTP_HOST', 'SMTP_PORT', 'SMTP_SECURE', 'SMTP_USER', 'BLOG_TITLE'],
    ...['DKIM_DOMAIN', 'DKIM_SELECTOR', 'NOTIFY_WEBHOOK', 'HOOKS_ALLOW', 'MENTIONS_ALLOW', 'WEBSUB_ALLOW'],
    'BACKUP_REMINDER_DAYS',
    ...withFile('SMTP_PASSWORD', 'DKIM_KEY', 'SLACK_WEBHOOK', 'DISCORD_WEBHOOK', 'NOTIFY_WEBHOOK_SECRET'),
  ],
  client: ['LOG_LEVEL', 'BLOG_TITLE', 'COMMENTS_FROM'],
  gateway: ['LOG_LEVEL', 'TRUSTED_PROXIES', 'RATE_LIMITS', 'ACCESS_LOG', 'VIEWS_EVERY_S'],
}

const picked = (names: readonly string[], env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )

/** What a process that is no service gets of the runner's environment. */
export const systemEnvironment = (env: NodeJS.ProcessEnv): Record<string, string> => picked(ofTheSystem, env)

/** What a service gets of the runner's environment: its own settings and what any process needs, and no secret of another service. */
export const handedOn = (name: ServiceName, env: NodeJS.ProcessEnv): Record<string, string> =>
  handedOnTo([name], env)

/** What a process of several services gets: the settings of each. */
export const handedOnTo = (names: readonly ServiceName[], env: NodeJS.ProcessEnv): Record<string, string> =>
  picked([...ofTheSystem, ...names.flatMap((name) => settingsOf[name])], env)
