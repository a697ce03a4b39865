import { createHmac } from 'node:crypto'
import type { WallClock } from '@logbook/chassis/clock.ts'
import type { HookName } from '../domain/notice.ts'
import type { View } from '../domain/view.ts'
import type { QueuedEffect } from '../outbox/outbox.ts'
import { type Line, lineOf } from './compose.ts'
import type { PostOut } from './post-out.ts'
import type { Transport } from './transport.ts'

/** The webhooks of the operator, by name. */
export type Hooks = Readonly<Partial<Record<HookName, { url: string; secret?: string | undefined }>>>

interface HooksOptions {
  hooks: Hooks
  view: View
  publicUrl: string
  clock: WallClock
  out: PostOut
}

/** Escapes the characters that begin mentions and links in Slack. */
const slackText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const discordText = (text: string): string => text.replaceAll(/[\\*_`~|>@#[\]()<-]/g, '\\$&')

/** The body for each kind of hook: fields for a custom webhook, a sentence for the others. */
const bodyOf = (name: HookName, { kind, at }: QueuedEffect, { title, url }: Line): unknown => {
  switch (name) {
    case 'slack':
      return { text: `${slackText(title)} <${url}|Open>`, unfurl_links: false }
    case 'discord':
      return { content: `${discordText(title)}\n<${url}>`, allowed_mentions: { parse: [] } }
    case 'webhook':
      return { type: kind, timestamp: at, data: { title, url } }
    default:
      return name satisfies never
  }
}

const secretPrefix = 'whsec_'

/** Standard Webhooks: `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`, with the key in base64 behind `whsec_`. */
const signed = (secret: string, { id, seconds, body }: { id: string; seconds: number; body: string }) => ({
  'webhook-id': id,
  'webhook-timestamp': String(seconds),
  'webhook-signature': `v1,${createHmac('sha256', Buffer.from(secret.slice(secretPrefix.length), 'base64'))
    .update(`${id}.${seconds}.${body}`)
    .digest('base64')}`,
})

/** Messages to Slack, Discord and a custom webhook. They have titles and names, but no text of pending comments. */
export const hooksTransport = ({ hooks, view, publicUrl, clock, out }: HooksOptions): Transport => ({
  async send(effects) {
    for (const effect of effects) {
      const name = effect.receiver.id as HookName
      const hook = hooks[name]
      const line = lineOf(effect, { view, publicUrl })
      if (hook === undefined || line === undefined) continue
      const body = JSON.stringify(bodyOf(name, effect, line))
      const seconds = Math.floor(clock.now().getTime() / 1_000)
      const headers = {
        'Content-Type': 'application/json',
        'User-Agent': 'Logbook',
        // The same for each attempt, so that the receiver can deduplicate.
        ...(hook.secret === undefined ? {} : signed(hook.secret, { id: effect.eventId, seconds, body })),
      }
      await out.post({ url: hook.url, lane: name, headers, body })
    }
  },
})
