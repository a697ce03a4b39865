import { createHmac } from 'node:crypto'
import type { WallClock } from '@logbook/chassis/clock.ts'
import type { Known } from '../domain/known.ts'
import type { HookName } from '../domain/notice.ts'
import type { Waiting } from '../outbox/outbox.ts'
import type { Sender } from './channel.ts'
import { type Line, lineOf } from './compose.ts'
import type { PostOut } from './post-out.ts'

/** Where the operator wants notes of the blog, by name. */
export type Hooks = Readonly<Partial<Record<HookName, { url: string; secret?: string | undefined }>>>

interface HooksOptions {
  hooks: Hooks
  known: Known
  publicUrl: string
  clock: WallClock
  out: PostOut
}

/** In Slack's own text these three begin mentions and links. */
const slackText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const discordText = (text: string): string => text.replaceAll(/[\\*_`~|>@#[\]()<-]/g, '\\$&')

/** What each takes. A webhook of one's own has fields, the others a sentence. */
const bodyOf = (name: HookName, { kind, at }: Waiting, { title, url }: Line): unknown => {
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

/** Notes to Slack, to Discord and to a webhook. They hold titles and names, and no text that waits for its verdict. */
export const hooksSender = ({ hooks, known, publicUrl, clock, out }: HooksOptions): Sender => ({
  async send(effects) {
    for (const effect of effects) {
      const name = effect.receiver.id as HookName
      const hook = hooks[name]
      const line = lineOf(effect, { known, publicUrl })
      if (hook === undefined || line === undefined) continue
      const body = JSON.stringify(bodyOf(name, effect, line))
      const seconds = Math.floor(clock.now().getTime() / 1_000)
      const headers = {
        'Content-Type': 'application/json',
        'User-Agent': 'Logbook',
        // The same at each try, so that the receiver knows a repetition.
        ...(hook.secret === undefined ? {} : signed(hook.secret, { id: effect.eventId, seconds, body })),
      }
      await out.post({ url: hook.url, headers, body })
    }
  },
})
