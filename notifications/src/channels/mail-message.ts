import type { MailScope } from '@logbook/contracts/events/notifications.ts'
import type { Known } from '../domain/known.ts'
import type { Effect, Receiver } from '../domain/notice.ts'
import { type Line, lineOf } from './compose.ts'
import { mailBodies } from './mail-html.ts'

export interface MailMessage {
  subject: string
  text: string
  html: string
  headers: Readonly<Record<string, string>>
}

interface Writing {
  known: Known
  publicUrl: string
  /** Lines of the digest that an event issued. */
  digestLines: (eventId: string) => readonly Line[]
}

const scopeText = (scope: MailScope, known: Known): string => {
  switch (scope.kind) {
    case 'blog':
      return 'every new post'
    case 'digest':
      return 'the digest of the week'
    case 'tag':
      return `new posts about ${scope.tag}`
    case 'thread':
      return `comments on “${known.post(scope.postId)?.title ?? 'a post'}”`
    case 'replies':
      return 'replies to your comment'
    default:
      return scope satisfies never
  }
}

const query = (fields: Record<string, string>): string => new URLSearchParams(fields).toString()

/** Where a mail's reader says that it is enough: on a page, and by their mail program with one click (RFC 8058). */
const unsubscribing = (receiver: Receiver, kind: string, { known, publicUrl }: Writing) => {
  const fields: Record<string, string> =
    receiver.kind === 'person'
      ? { person: receiver.id, kind, token: known.choices(receiver.id).linkToken ?? '' }
      : { subscription: receiver.id, token: known.subscription(receiver.id)?.linkToken ?? '' }
  return {
    page: `${publicUrl}/unsubscribe?${query(fields)}`,
    oneClick: `${publicUrl}/api/notifications/unsubscribe?${query(fields)}`,
  }
}

const confirmation = (receiver: Receiver, writing: Writing): MailMessage | undefined => {
  const { known, publicUrl } = writing
  const subscription = known.subscription(receiver.id)
  if (subscription === undefined) return undefined
  const { title, language } = known.blog()
  const link = `${publicUrl}/confirm-subscription?${query({ subscription: subscription.id, token: subscription.linkToken })}`
  const subject = `Confirm: ${scopeText(subscription.scope, known)}, from ${title}`
  const footer = {
    why: `Someone, hopefully you, asked ${title} to send ${scopeText(subscription.scope, known)} to this address. If it was not you, ignore this mail: no more will be sent.`,
    links: [],
  }
  const lines = [{ title: `Yes, send me ${scopeText(subscription.scope, known)}`, quote: null, url: link }]
  return { subject, ...mailBodies({ language, subject, lines, footer }), headers: {} }
}

const subjectOf = (first: Effect, lines: readonly Line[], known: Known): string => {
  const { title } = known.blog()
  if (first.kind === 'digest') return `The week on ${title}`
  const [line] = lines
  if (lines.length === 1 && line) return line.title
  return `${lines.length} notes from ${title}`
}

/** The mail for some effects of one receiver, or undefined where nothing is left to say. */
export const mailMessageOf = (effects: readonly Effect[], writing: Writing): MailMessage | undefined => {
  const { known } = writing
  const [first] = effects
  if (first === undefined) return undefined
  const { receiver, kind } = first
  if (kind === 'confirm') return confirmation(receiver, writing)
  const lines = effects.flatMap((effect) =>
    effect.kind === 'digest' ? writing.digestLines(effect.eventId) : (lineOf(effect, writing) ?? []),
  )
  if (lines.length === 0) return undefined
  const { title, language } = known.blog()
  const subject = subjectOf(first, lines, known)
  const subscription = receiver.kind === 'subscription' ? known.subscription(receiver.id) : undefined
  const kinds = new Set(effects.map((effect) => effect.kind))
  const { page, oneClick } = unsubscribing(receiver, kinds.size === 1 ? kind : 'all', writing)
  const footer = {
    why: subscription
      ? `You get this from ${title} because this address is subscribed to ${scopeText(subscription.scope, known)}.`
      : `You get this from ${title} because of your settings there.`,
    links: [
      { text: 'Unsubscribe', url: page },
      ...(subscription
        ? []
        : [{ text: 'Mail settings', url: `${writing.publicUrl}/notifications/preferences` }]),
    ],
  }
  const body = kind === 'newsletter' ? known.post(first.postId ?? '')?.content : undefined
  return {
    subject,
    ...mailBodies({ language, subject, lines, footer, ...(body === undefined ? {} : { body }) }),
    headers: {
      'List-Unsubscribe': `<${oneClick}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    },
  }
}
