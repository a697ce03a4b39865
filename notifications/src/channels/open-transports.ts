import type { Clock } from '@logbook/chassis/clock.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { openMailFolder } from '@logbook/chassis/mail/folder.ts'
import { openSmtp } from '@logbook/chassis/mail/smtp.ts'
import { preferencesSubject } from '@logbook/contracts/events/notifications.ts'
import type { Renderer } from '@logbook/markdown/threads/renderer.ts'
import type { Config } from '../config.ts'
import type { Channel } from '../domain/notice.ts'
import { decideDeviceGone } from '../domain/person.ts'
import type { View } from '../domain/view.ts'
import { limits } from '../limits.ts'
import type { Streams } from '../log/streams.ts'
import type { IsOvertaken } from '../outbox/overtaken.ts'
import { webSubTransport } from '../websub/transport.ts'
import { type Hooks, hooksTransport } from './hooks.ts'
import { type AddressOf, type MailPost, mailTransport } from './mail.ts'
import { createPostOut } from './post-out.ts'
import { pushTransport } from './push.ts'
import type { Transport } from './transport.ts'
import type { VapidKeys } from './vapid.ts'

export interface TransportsOptions {
  config: Pick<Config, 'publicUrl' | 'smtp' | 'dkim' | 'mailFrom' | 'outbox' | 'hooks' | 'hooksAllow'>
  view: View
  digestLines: Parameters<typeof mailTransport>[0]['digestLines']
  relatedOfDigest: Parameters<typeof mailTransport>[0]['relatedOfDigest']
  streams: Streams
  addressOf: AddressOf
  renderer: Renderer
  vapid: () => VapidKeys
  webmention: Transport
  isOvertaken: IsOvertaken
  clock: Clock
  logger: Logger
}

/** Delivers mails to the SMTP server if one is configured, otherwise to a folder. */
const openMailPost = ({ config, logger }: Pick<TransportsOptions, 'config' | 'logger'>): MailPost => {
  const { smtp, dkim, mailFrom: from, outbox: folder, publicUrl } = config
  if (smtp) {
    const server = openSmtp({
      ...{ smtp, from, dkim, site: new URL(publicUrl).hostname },
      ...{ msMax: limits.smtpMsMax, isKept: true },
    })
    return { deliver: (mail, title) => server.deliver(mail, title), close: server.close }
  }
  let mails: ReturnType<typeof openMailFolder> | undefined
  return {
    deliver: (mail, title, account) => {
      mails ??= openMailFolder({ folder, from, logger, mailsMax: limits.outboxMailsMax })
      return mails.deliver(mail, title, { account })
    },
  }
}

const hasHooks = (hooks: Hooks): boolean => Object.keys(hooks).length > 0

/** Opens the transport of each channel. */
export const openTransports = (options: TransportsOptions): Partial<Record<Channel, Transport>> => {
  const { config, view, streams, vapid, clock } = options
  const { publicUrl, hooks, mailFrom } = config
  const out = createPostOut(config.hooksAllow, clock)
  const onGone = async (id: string, { endpoint }: { endpoint: string }): Promise<void> => {
    const decide = decideDeviceGone(endpoint, { id, at: clock.now().toISOString() })
    await streams.people.handle({ subject: preferencesSubject(id), decide })
  }
  const push: Transport = {
    send: (effects) => {
      const contact = publicUrl.startsWith('https:') ? publicUrl : `mailto:${mailFrom.replace(/.*<|>$/g, '')}`
      return pushTransport({ view, publicUrl, keys: vapid(), contact, out, onGone }).send(effects)
    },
    close: out.close,
  }
  return {
    mail: mailTransport({ ...options, publicUrl, post: openMailPost(options) }),
    push,
    webmention: options.webmention,
    websub: webSubTransport({ view, out, isOvertaken: options.isOvertaken, publicUrl }),
    ...(hasHooks(hooks) ? { hook: hooksTransport({ hooks, view, publicUrl, clock, out }) } : {}),
  }
}
