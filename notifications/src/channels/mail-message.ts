import type { MailScope } from '@logbook/contracts/events/notifications.ts'
import type { DigestRelated } from '@logbook/contracts/http/digest.ts'
import type { Renderer } from '@logbook/markdown/threads/renderer.ts'
import type { Effect, Receiver } from '../domain/notice.ts'
import type { View } from '../domain/view.ts'
import { type Line, lineOf, postAddress } from './compose.ts'
import { type MailBody, mailBodies } from './mail-html.ts'

export interface MailMessage {
  subject: string
  text: string
  html: string
  headers: Readonly<Record<string, string>>
}

interface Writing {
  view: View
  publicUrl: string
  /** The lines of the digest of a `DigestIssued` event. */
  digestLines: (eventId: string, related: readonly DigestRelated[]) => readonly Line[]
  /** The related posts of digests, by their events. */
  related?: ReadonlyMap<string, readonly DigestRelated[]>
}

/** The post of a newsletter as the body of its mail; undefined for any other mail. */
export const newsletterBody = async (
  effect: Effect,
  { view, publicUrl, renderer }: Pick<Writing, 'view' | 'publicUrl'> & { renderer: Renderer },
): Promise<MailBody | undefined> => {
  const post = effect.kind === 'newsletter' ? view.post(effect.postId ?? '') : undefined
  return post && renderer.turn().mail(post.content, { page: postAddress(publicUrl, post.slug) })
}

const scopeText = (scope: MailScope, view: View): string => {
  switch (scope.kind) {
    case 'blog':
      return 'every new post'
    case 'digest':
      return 'the digest of the week'
    case 'tag':
      return `new posts about ${scope.tag}`
    case 'thread':
      return `comments on “${view.post(scope.postId)?.title ?? 'a post'}”`
    case 'replies':
      return 'replies to your comment'
    default:
      return scope satisfies never
  }
}

const query = (fields: Record<string, string>): string => new URLSearchParams(fields).toString()

/** The unsubscribe links of a mail: a page, and one click in the mail program (RFC 8058). */
const unsubscribing = (receiver: Receiver, kind: string, { view, publicUrl }: Writing) => {
  const fields: Record<string, string> =
    receiver.kind === 'person'
      ? { person: receiver.id, kind, token: view.choices(receiver.id).linkToken ?? '' }
      : { subscription: receiver.id, token: view.subscription(receiver.id)?.linkToken ?? '' }
  return {
    page: `${publicUrl}/unsubscribe?${query(fields)}`,
    oneClick: `${publicUrl}/api/notifications/unsubscribe?${query(fields)}`,
  }
}

const confirmation = (receiver: Receiver, writing: Writing): MailMessage | undefined => {
  const { view, publicUrl } = writing
  const subscription = view.subscription(receiver.id)
  if (subscription === undefined) return undefined
  const { title, language } = view.blog()
  const link = `${publicUrl}/confirm-subscription?${query({ subscription: subscription.id, token: subscription.linkToken })}`
  const subject = `Confirm: ${scopeText(subscription.scope, view)}, from ${title}`
  const footer = {
    why: `Someone, hopefully you, asked ${title} to send ${scopeText(subscription.scope, view)} to this address. If it was not you, ignore this mail: no more will be sent.`,
    links: [],
  }
  const lines = [{ title: `Yes, send me ${scopeText(subscription.scope, view)}`, quote: null, url: link }]
  return { subject, ...mailBodies({ language, subject, lines, footer }), headers: {} }
}

const subjectOf = (first: Effect, lines: readonly Line[], view: View): string => {
  const { title } = view.blog()
  if (first.kind === 'digest') return `The week on ${title}`
  const [line] = lines
  if (lines.length === 1 && line) return line.title
  return `${lines.length} notes from ${title}`
}

/** The mail for effects of one receiver, or undefined if their subjects are gone. `body` is that of a newsletter. */
export const mailMessageOf = (
  effects: readonly Effect[],
  writing: Writing,
  body?: MailBody,
): MailMessage | undefined => {
  const { view } = writing
  const [first] = effects
  if (first === undefined) return undefined
  const { receiver, kind } = first
  if (kind === 'confirm') return confirmation(receiver, writing)
  // A newsletter is the post itself, and needs no excerpt of it.
  const lineFor = (effect: Effect): Line[] => {
    const line = lineOf(effect, writing)
    return line === undefined ? [] : [body === undefined ? line : { ...line, quote: null }]
  }
  const lines = effects.flatMap((effect) =>
    effect.kind === 'digest'
      ? writing.digestLines(effect.eventId, writing.related?.get(effect.eventId) ?? [])
      : lineFor(effect),
  )
  if (lines.length === 0) return undefined
  const { title, language } = view.blog()
  const subject = subjectOf(first, lines, view)
  const subscription = receiver.kind === 'subscription' ? view.subscription(receiver.id) : undefined
  const kinds = new Set(effects.map((effect) => effect.kind))
  const { page, oneClick } = unsubscribing(receiver, kinds.size === 1 ? kind : 'all', writing)
  const footer = {
    why: subscription
      ? `You get this from ${title} because this address is subscribed to ${scopeText(subscription.scope, view)}.`
      : `You get this from ${title} because of your settings there.`,
    links: [
      { text: 'Unsubscribe', url: page },
      ...(subscription
        ? []
        : [{ text: 'Mail settings', url: `${writing.publicUrl}/notifications/preferences` }]),
    ],
  }
  return {
    subject,
    ...mailBodies({ language, subject, lines, footer, body }),
    headers: {
      'List-Unsubscribe': `<${oneClick}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    },
  }
}
