import { createHash } from 'node:crypto'
import { Undelivered } from '@logbook/chassis/mail/undelivered.ts'
import type { PushDevice } from '@logbook/contracts/events/notifications.ts'
import type { View } from '../domain/view.ts'
import { lineOf } from './compose.ts'
import type { PostOut } from './post-out.ts'
import type { Transport } from './transport.ts'
import type { VapidKeys } from './vapid.ts'

interface PushOptions {
  view: View
  publicUrl: string
  keys: VapidKeys
  /** The contact of this blog for push services: a `mailto:` or `https:` URL. */
  contact: string
  out: PostOut
  /** Called for a browser that no longer receives messages. */
  onGone: (personId: string, device: PushDevice) => Promise<void>
}

const secondsKeptMax = 24 * 3_600

/** Messages to browsers by Web Push (RFC 8030), encrypted for each (RFC 8291). Of two with one topic that wait there, the later stays. */
export const pushTransport = ({ view, publicUrl, keys, contact, out, onGone }: PushOptions): Transport => {
  const toDevice = async (device: PushDevice, { payload, topic }: { payload: string; topic: string }) => {
    const { default: webPush } = await import('web-push')
    const details = webPush.generateRequestDetails(device, payload, {
      ...{ TTL: secondsKeptMax, topic, contentEncoding: 'aes128gcm' },
      vapidDetails: { subject: contact, ...keys },
    })
    const headers = Object.fromEntries(
      Object.entries(details.headers).map(([name, value]) => [name, String(value)]),
    )
    await out.post({ url: details.endpoint, headers, body: details.body ?? '' })
  }

  return {
    async send(effects) {
      for (const effect of effects) {
        const line = lineOf(effect, { view, publicUrl })
        const { devices } = view.choices(effect.receiver.id)
        if (line === undefined) continue
        const { title, quote, url } = line
        const payload = JSON.stringify({ title, body: quote ?? '', url })
        // A topic has at most 32 characters of base64url.
        const topic = createHash('sha256').update(effect.key).digest('base64url').slice(0, 32)
        let fault: unknown
        // All at once: one that does not answer keeps no other waiting.
        const ends = await Promise.allSettled(devices.map((device) => toDevice(device, { payload, topic })))
        for (const [index, device] of devices.entries()) {
          const end = ends[index]
          if (end?.status !== 'rejected') continue
          if (end.reason instanceof Undelivered && end.reason.forGood)
            await onGone(effect.receiver.id, device)
          else fault = end.reason
        }
        // A repeated message with the same topic replaces one that was not shown yet.
        if (fault !== undefined) throw fault
      }
    },
  }
}
