import type { Clock } from '@logbook/chassis/clock.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { openMailFolder } from '@logbook/chassis/mail/folder.ts'
import { openSmtp } from '@logbook/chassis/mail/smtp.ts'
import { preferencesSubject } from '@logbook/contracts/events/notifications.ts'
import type { Config } from '../config.ts'
import type { Known } from '../domain/known.ts'
import type { Channel } from '../domain/notice.ts'
import { decideDeviceGone } from '../domain/person.ts'
import { limits } from '../limits.ts'
import type { Streams } from '../log/streams.ts'
import type { Sender } from './channel.ts'
import { type Hooks, hooksSender } from './hooks.ts'
import { type AddressOf, type MailPost, mailSender } from './mail.ts'
import { createPostOut } from './post-out.ts'
import { pushSender } from './push.ts'
import type { VapidKeys } from './vapid.ts'

export interface SendersOptions {
  config: Pick<Config, 'publicUrl' | 'smtp' | 'dkim' | 'mailFrom' | 'outbox' | 'hooks' | 'hooksAllow'>
  known: Known
  digestLines: Parameters<typeof mailSender>[0]['digestLines']
  streams: Streams
  addressOf: AddressOf
  vapid: () => VapidKeys
  clock: Clock
  logger: Logger
}

/** A mail server where one is set, else a folder. */
const openMailPost = ({ config, logger }: Pick<SendersOptions, 'config' | 'logger'>): MailPost => {
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

/** What each channel sends by. */
export const openSenders = (options: SendersOptions): Partial<Record<Channel, Sender>> => {
  const { config, known, streams, vapid, clock } = options
  const { publicUrl, hooks, mailFrom } = config
  const out = createPostOut(config.hooksAllow)
  const onGone = async (id: string, { endpoint }: { endpoint: string }): Promise<void> => {
    const decide = decideDeviceGone(endpoint, { id, at: clock.now().toISOString() })
    await streams.people.handle({ subject: preferencesSubject(id), decide })
  }
  const push: Sender = {
    send: (effects) => {
      const contact = publicUrl.startsWith('https:') ? publicUrl : `mailto:${mailFrom.replace(/.*<|>$/g, '')}`
      return pushSender({ known, publicUrl, keys: vapid(), contact, out, onGone }).send(effects)
    },
    close: out.close,
  }
  return {
    mail: mailSender({ ...options, publicUrl, post: openMailPost(options) }),
    push,
    ...(hasHooks(hooks) ? { hook: hooksSender({ hooks, known, publicUrl, clock, out }) } : {}),
  }
}
