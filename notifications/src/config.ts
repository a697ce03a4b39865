import { dirname, join } from 'node:path'
import { allowedTargetsSetting } from '@logbook/chassis/http/allowed-targets.ts'
import { mailSettings, smtpOf } from '@logbook/chassis/mail/settings.ts'
import type { DkimKey, Smtp } from '@logbook/chassis/mail/smtp.ts'
import { ConfigError, parseConfig, secretFileSetting, setting } from '@logbook/chassis/start/config.ts'
import {
  type FollowerConfig,
  followerSettings,
  readFollowerConfig,
} from '@logbook/chassis/start/follower-config.ts'
import { initialVariables } from '@logbook/contracts/events/settings.ts'
import { servicePorts } from '@logbook/contracts/services.ts'
import { z } from 'zod'
import type { Hooks } from './channels/hooks.ts'
import { limits } from './limits.ts'

export interface Config extends FollowerConfig {
  /** The public URL of the blog, with which links begin. */
  publicUrl: string
  blogTitle: string
  /** The file of the outbox. */
  outboxDatabase: string
  /** The folder for mails if no mail server is configured. */
  outbox: string
  mailFrom: string
  smtp: Smtp | undefined
  dkim: DkimKey | undefined
  hooks: Hooks
  /** Private addresses that messages may be posted to. */
  hooksAllow: readonly string[]
  /** The same for pages that mention posts, whose addresses strangers send. */
  mentionsAllow: readonly string[]
  /** The same for subscribers of feeds (WebSub). */
  websubAllow: readonly string[]
  /** Where feeds are read. */
  queryUrl: string
  vapidFile: string
  /** Days after which owners are reminded of a backup; 0 for never. */
  backupDays: number
}

const webhook = () => z.url({ protocol: /^https?$/ }).optional()
const secret = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]{32,100}={0,2}$/, 'must be whsec_ and at least 24 bytes in base64')

const follower = followerSettings({
  port: servicePorts.notifications,
  database: 'data/notifications.sqlite',
})

export const settings = {
  ...follower,
  PUBLIC_URL: setting.publicUrl(),
  BLOG_TITLE: initialVariables.BLOG_TITLE,
  ...mailSettings,
  DKIM_DOMAIN: z.string().max(253).optional().describe('The domain that mails are signed for (DKIM).'),
  DKIM_SELECTOR: z.string().max(63).optional().describe('Below it, where the public key is published.'),
  DKIM_KEY: z.string().max(10_000).optional().describe('The private key that they are signed with, in PEM.'),
  DKIM_KEY_FILE: secretFileSetting.describe('The file with `DKIM_KEY`.'),
  SLACK_WEBHOOK: webhook().describe(
    'An incoming webhook of Slack for messages about new people, posts and held comments.',
  ),
  SLACK_WEBHOOK_FILE: secretFileSetting.describe('The file with `SLACK_WEBHOOK`.'),
  DISCORD_WEBHOOK: webhook().describe('The same for Discord.'),
  DISCORD_WEBHOOK_FILE: secretFileSetting.describe('The file with `DISCORD_WEBHOOK`.'),
  NOTIFY_WEBHOOK: webhook().describe('The same for a server of your own, as Standard Webhooks say.'),
  NOTIFY_WEBHOOK_SECRET: secret.optional().describe('What its messages are signed with.'),
  NOTIFY_WEBHOOK_SECRET_FILE: secretFileSetting.describe('The file with `NOTIFY_WEBHOOK_SECRET`.'),
  HOOKS_ALLOW: allowedTargetsSetting('public').describe(
    'Where webhooks and push messages may go: `public`, `loopback`, ranges, hosts.',
  ),
  BACKUP_REMINDER_DAYS: z.coerce
    .number()
    .int()
    .min(0)
    .max(limits.backupDaysMax)
    .default(7)
    .describe('The age of the last backup at which owners are reminded; 0 for never.'),
  MENTIONS_ALLOW: allowedTargetsSetting('public').describe(
    'Which hosts mentions (Webmention) may be fetched from and sent to: `public`, `loopback`, ranges, hosts.',
  ),
  WEBSUB_ALLOW: allowedTargetsSetting('public').describe(
    'Which hosts may subscribe to feeds at the blog’s own hub (WebSub): `public`, `loopback`, ranges, hosts.',
  ),
  QUERY_URL: setting.urlOf('query'),
  VAPID_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('The keys for Web Push, made where they are missing; `secrets/vapid.json` beside `DATABASE`.'),
}

type Read = z.infer<z.ZodObject<typeof settings>>

const dkimOf = (read: Read): DkimKey | undefined => {
  const { DKIM_DOMAIN: domain, DKIM_SELECTOR: selector } = read
  const privateKey = read.DKIM_KEY ?? read.DKIM_KEY_FILE
  if (domain === undefined && selector === undefined && privateKey === undefined) return undefined
  if (domain === undefined || selector === undefined || privateKey === undefined)
    throw new ConfigError(
      'Wrong settings:\n  DKIM_DOMAIN, DKIM_SELECTOR and DKIM_KEY: all or none must be set',
    )
  return { domain, selector, privateKey }
}

const hookAt = (url: string | undefined, name: string) => {
  if (url === undefined) return undefined
  if (!URL.canParse(url)) throw new ConfigError(`Wrong settings:\n  ${name}: must hold a web address`)
  return { url }
}

const hooksOf = (read: Read): Hooks => {
  const slack = hookAt(read.SLACK_WEBHOOK ?? read.SLACK_WEBHOOK_FILE, 'SLACK_WEBHOOK_FILE')
  const discord = hookAt(read.DISCORD_WEBHOOK ?? read.DISCORD_WEBHOOK_FILE, 'DISCORD_WEBHOOK_FILE')
  const own = hookAt(read.NOTIFY_WEBHOOK, 'NOTIFY_WEBHOOK')
  const given = read.NOTIFY_WEBHOOK_SECRET ?? read.NOTIFY_WEBHOOK_SECRET_FILE
  if (own !== undefined && !secret.safeParse(given).success)
    throw new ConfigError(
      'Wrong settings:\n  NOTIFY_WEBHOOK_SECRET: must be set for NOTIFY_WEBHOOK, whsec_ and at least 24 bytes in base64',
    )
  return {
    ...(slack ? { slack } : {}),
    ...(discord ? { discord } : {}),
    ...(own ? { webhook: { ...own, secret: given } } : {}),
  }
}

/** Throws `ConfigError` naming every wrong variable. */
export const readConfig = (env: NodeJS.ProcessEnv): Config => {
  const read = parseConfig(settings, env)
  const folder = dirname(read.DATABASE)
  return {
    ...readFollowerConfig(env, follower),
    publicUrl: read.PUBLIC_URL,
    blogTitle: read.BLOG_TITLE,
    outboxDatabase:
      read.DATABASE === ':memory:' ? ':memory:' : read.DATABASE.replace(/(\.sqlite)?$/, '-outbox.sqlite'),
    outbox: read.OUTBOX ?? join(folder, 'outbox'),
    mailFrom: read.MAIL_FROM,
    smtp: smtpOf(read),
    dkim: dkimOf(read),
    hooks: hooksOf(read),
    hooksAllow: read.HOOKS_ALLOW,
    backupDays: read.BACKUP_REMINDER_DAYS,
    mentionsAllow: read.MENTIONS_ALLOW,
    websubAllow: read.WEBSUB_ALLOW,
    queryUrl: read.QUERY_URL,
    vapidFile: read.VAPID_FILE ?? join(folder, 'secrets', 'vapid.json'),
  }
}
