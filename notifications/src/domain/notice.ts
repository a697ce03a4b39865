import type { NotificationKind } from '@logbook/contracts/events/notifications.ts'

/** Who is told: a person with an account, an address that subscribed, or a place that the operator has set. */
export type Receiver = { kind: 'person' | 'subscription'; id: string } | { kind: 'hook'; id: HookName }

export const hookNames = ['slack', 'discord', 'webhook'] as const
export type HookName = (typeof hookNames)[number]

/** `confirm` asks an address whether mails are wanted; `newsletter` is a whole post; `bounced` tells owners of an address that takes no mail. */
export type NoticeKind = NotificationKind | 'confirm' | 'newsletter' | 'bounced'

/** What somebody is to be told. */
export interface Notice {
  kind: NoticeKind
  receiver: Receiver
  /** The event that gave rise to it, with its place in the log and its time. */
  eventId: string
  position: number
  at: string
  postId: string | null
  commentId: string | null
  /** The person that it is about. */
  personId: string | null
}

export type Channel = 'mail' | 'push' | 'hook' | 'inbox'

/** One message to one receiver over one channel. Its key is made of the event, the channel and the receiver: there is never a second. */
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
