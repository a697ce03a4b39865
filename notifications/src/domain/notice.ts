import type { NotificationKind } from '@logbook/contracts/events/notifications.ts'

/** The receiver of a message: a person with an account, a subscription of a mail address, or a webhook of the operator. */
export type Receiver = { kind: 'person' | 'subscription'; id: string } | { kind: 'hook'; id: HookName }

export const hookNames = ['slack', 'discord', 'webhook'] as const
export type HookName = (typeof hookNames)[number]

/** `confirm` asks an address to confirm its subscription; `newsletter` is a whole post; `bounced` tells owners of an address that bounced. */
export type NoticeKind = NotificationKind | 'confirm' | 'newsletter' | 'bounced'

/** Something to notify a receiver about. */
export interface Notice {
  kind: NoticeKind
  receiver: Receiver
  /** The event that caused it, with its position and time. */
  eventId: string
  position: number
  at: string
  postId: string | null
  commentId: string | null
  /** The person it is about. */
  personId: string | null
  /** The file that it is about. */
  mediumId: string | null
}

export type Channel = 'mail' | 'push' | 'hook' | 'inbox'

/** One message to one receiver over one channel. Its key is made of event, channel and receiver, so that there is never a second one. */
export interface Effect extends Notice {
  channel: Channel
}

export const receiverText = ({ kind, id }: Receiver): string => `${kind}:${id}`

export const receiverOf = (text: string): Receiver => {
  const [kind = '', id = ''] = text.split(':')
  return { kind, id } as Receiver
}

export const effectKey = ({ eventId, channel, receiver }: Effect): string =>
  `${eventId} ${channel} ${receiverText(receiver)}`
