import type { NotificationKind } from '@logbook/contracts/events/notifications.ts'

/** The receiver of a message: a person with an account, a subscription of a mail address, a webhook of the operator, or a page elsewhere. */
export type Receiver =
  | { kind: 'person' | 'subscription'; id: string }
  | { kind: 'hook'; id: HookName }
  /** All pages that a post links to, by the id of the post; and one of them, by its address. */
  | { kind: 'links' | 'page'; id: string }
  /** A feed of the blog, by its path, of which its hub is told. */
  | { kind: 'feed'; id: string }

export const hookNames = ['slack', 'discord', 'webhook'] as const
export type HookName = (typeof hookNames)[number]

/** `feed` tells a hub that a feed has changed; `mention` tells a page that a post links to it; `confirm` asks an address to confirm its subscription; `newsletter` is a whole post; `bounced` tells owners of an address that bounced. */
export type NoticeKind = NotificationKind | 'confirm' | 'newsletter' | 'bounced' | 'mention' | 'feed'

/** Something to notify a receiver about. */
export interface Notice {
  kind: NoticeKind
  receiver: Receiver
  /** The event that caused it, or that began the burst that it belongs to; with the position and time of the last event. */
  eventId: string
  position: number
  at: string
  postId: string | null
  commentId: string | null
  /** The person it is about. */
  personId: string | null
  /** The file that it is about. */
  mediumId: string | null
  /** When it is told, where that is later than `at`: RFC 3339. */
  dueAt?: string
}

export type Channel = 'mail' | 'push' | 'hook' | 'inbox' | 'webmention' | 'websub'

/** One message to one receiver over one channel. Its key is made of event, channel and receiver, so that there is never a second one. */
export interface Effect extends Notice {
  channel: Channel
}

export const receiverText = ({ kind, id }: Receiver): string => `${kind}:${id}`

export const receiverOf = (text: string): Receiver => {
  const at = text.indexOf(':')
  return { kind: text.slice(0, at), id: text.slice(at + 1) } as Receiver
}

export const effectKey = ({ eventId, channel, receiver }: Effect): string =>
  `${eventId} ${channel} ${receiverText(receiver)}`
