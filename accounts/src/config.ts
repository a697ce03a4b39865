import { dirname, join } from 'node:path'
import type { Digests } from '@logbook/chassis/access/service-tokens.ts'
import { mailSettings, smtpOf } from '@logbook/chassis/mail/settings.ts'
import type { Smtp } from '@logbook/chassis/mail/smtp.ts'
import {
  ConfigError,
  knownCallersOf,
  knownCallersSettings,
  parseConfig,
  secretFileSetting,
  serviceTokenOf,
  serviceTokenSettings,
  setting,
} from '@logbook/chassis/start/config.ts'
import { initialVariables } from '@logbook/contracts/events/settings.ts'
import { servicePorts } from '@logbook/contracts/services.ts'
import { z } from 'zod'
import type { MasterKeySource } from './secrets/master-key-file.ts'

export interface SocialKeys {
  clientId: string
  clientSecret: string
}

export interface Config {
  host: string
  port: number
  logLevel: string
  busUrl: string
  /** Authenticates this service to the log. */
  serviceToken: string | undefined
  /** People, sessions, tokens and wrapped keys. Can't be rebuilt from the log: back it up. */
  database: string
  /** The digests of the tokens of services and the operator. */
  knownCallers: Digests
  masterKey: MasterKeySource
  /** The public address of the blog: links begin with it, and cookies are for TLS only where it is https. */
  publicUrl: string
  /** The first title of the blog; a password must not consist of it. */
  blogTitle: string
  /** Allowed origins besides the public one. */
  origins: readonly string[]
  signUp: 'open' | 'invited'
  /** Allow new accounts beside a log that was sealed with other keys. */
  newAccounts: boolean
  /** The folder for mails where no mail server is set. */
  outbox: string
  mailFrom: string
  smtp: Smtp | undefined
  social: { github?: SocialKeys; google?: SocialKeys }
}

const text = () => z.string().min(1).max(1_000).optional()

export const settings = {
  HOST: setting.host(),
  PORT: setting.port(servicePorts.accounts),
  LOG_LEVEL: setting.logLevel(),
  BUS_URL: setting.urlOf('event-bus'),
  ...serviceTokenSettings,
  DATABASE: setting
    .path('data/accounts.sqlite')
    .describe('People, sessions and keys (SQLite). Nothing rebuilds it.'),
  MASTER_KEY: text().describe('Wraps the keys of people: 32 bytes in base64.'),
  MASTER_KEY_FILE: text().describe('The file with it; `secrets/master-key` beside `DATABASE`.'),
  ...knownCallersSettings,
  PUBLIC_URL: setting.publicUrl(),
  BLOG_TITLE: initialVariables.BLOG_TITLE,
  CORS_ORIGINS: setting.origins('http://localhost:3000,http://127.0.0.1:3000'),
  SIGN_UP: z
    .enum(['open', 'invited'])
    .default('open')
    .describe('Who may sign up: anyone (`open`), or invited people only (`invited`).'),
  NEW_ACCOUNTS: z
    .enum(['refused', 'allowed'])
    .default('refused')
    .describe('`allowed`: make accounts beside a log that is sealed with the keys of others.'),
  ...mailSettings,
  GITHUB_CLIENT_ID: text().describe('An OAuth app of GitHub; people then sign in with GitHub.'),
  GITHUB_CLIENT_SECRET: text().describe('Its secret.'),
  GITHUB_CLIENT_SECRET_FILE: secretFileSetting.describe('The file with `GITHUB_CLIENT_SECRET`.'),
  GOOGLE_CLIENT_ID: text().describe('An OAuth client of Google; people then sign in with Google.'),
  GOOGLE_CLIENT_SECRET: text().describe('Its secret.'),
  GOOGLE_CLIENT_SECRET_FILE: secretFileSetting.describe('The file with `GOOGLE_CLIENT_SECRET`.'),
}

type Read = z.infer<z.ZodObject<typeof settings>>

const socialOf = (read: Read): Config['social'] => {
  const pair = (name: 'GITHUB' | 'GOOGLE'): SocialKeys | undefined => {
    const clientId = read[`${name}_CLIENT_ID`]
    const clientSecret = read[`${name}_CLIENT_SECRET`] ?? read[`${name}_CLIENT_SECRET_FILE`]
    if ((clientId === undefined) !== (clientSecret === undefined))
      throw new ConfigError(
        `Wrong settings:\n  ${name}_CLIENT_ID and ${name}_CLIENT_SECRET: both or neither must be set`,
      )
    return clientId === undefined || clientSecret === undefined ? undefined : { clientId, clientSecret }
  }
  const [github, google] = [pair('GITHUB'), pair('GOOGLE')]
  return { ...(github ? { github } : {}), ...(google ? { google } : {}) }
}

/** Throws `ConfigError` naming every wrong variable. */
export const readConfig = (env: NodeJS.ProcessEnv): Config => {
  const read = parseConfig(settings, env)
  const folder = dirname(read.DATABASE)
  return {
    host: read.HOST,
    port: read.PORT,
    logLevel: read.LOG_LEVEL,
    busUrl: read.BUS_URL,
    serviceToken: serviceTokenOf(read),
    database: read.DATABASE,
    masterKey:
      read.MASTER_KEY === undefined
        ? { file: read.MASTER_KEY_FILE ?? join(folder, 'secrets', 'master-key') }
        : { key: read.MASTER_KEY },
    knownCallers: knownCallersOf(read) ?? {},
    publicUrl: read.PUBLIC_URL,
    blogTitle: read.BLOG_TITLE,
    origins: read.CORS_ORIGINS,
    signUp: read.SIGN_UP,
    newAccounts: read.NEW_ACCOUNTS === 'allowed',
    outbox: read.OUTBOX ?? join(folder, 'outbox'),
    mailFrom: read.MAIL_FROM,
    smtp: smtpOf(read),
    social: socialOf(read),
  }
}
