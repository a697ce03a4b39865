import { z } from 'zod'
import { bounds } from '../bounds.ts'
import { verdictStatus } from '../events/comments.ts'
import { mailScope, notificationKinds, notificationPreferences, pushDevice } from '../events/notifications.ts'
import { emailAddress, entityId, timestamp } from '../text.ts'
import { isTimeZone } from '../time-zone.ts'
import { plainAddress } from './websub.ts'

/** One note of `GET /inbox`. What it is about is null where that is gone. `position` is what `POST /inbox/read` takes. */
export const inboxNote = z.object({
  position: z.number().int(),
  kind: z.enum([...notificationKinds, 'bounced']),
  at: timestamp,
  post: z.object({ id: entityId, slug: z.string(), title: z.string() }).nullable(),
  comment: z
    .object({ id: entityId, author: z.string().nullable(), excerpt: z.string(), status: verdictStatus })
    .nullable(),
  person: z.string().nullable(),
  /** A file that could not be processed, and why. `count` is how many failed together, of which this is one; `imported` where an import brought them. */
  file: z
    .object({
      id: entityId,
      name: z.string(),
      reason: z.string(),
      count: z.number().int().min(1).optional(),
      imported: z.boolean().optional(),
    })
    .nullable(),
  /** When the last backup was made: of `backup` alone, and null where there was none. */
  lastBackupAt: timestamp.nullable(),
})
export type InboxNote = z.infer<typeof inboxNote>

export const inboxAnswer = z.object({
  unread: z.number().int().min(0),
  notes: z.array(inboxNote.extend({ isRead: z.boolean() })),
})
export type InboxAnswer = z.infer<typeof inboxAnswer>

/** How many notices a person has not read: `GET /people/:personId/unread`, and the data of each `inbox` event. */
export const unreadNotices = z.object({ unread: z.number().int().min(0) })
export type UnreadNotices = z.infer<typeof unreadNotices>

/** The data of an `inbox` event of `GET /inbox/feed`: whose inbox changed. */
export const inboxesChanged = z.object({ people: z.array(entityId) })

/** `POST /inbox/read`: everything up to this position of the log was seen. */
export const readInbox = z.strictObject({ upTo: z.number().int().min(0) })

/** `PUT /preferences`. What is left out stays as it is. */
export const putPreferences = z.strictObject({
  ...notificationPreferences.partial().shape,
  timeZone: z
    .string()
    .max(bounds.timeZoneCharsMax)
    .refine(isTimeZone, 'must be a time zone such as Europe/Berlin')
    .optional(),
})

/** `GET /preferences`. `mailConnected` is false where this blog has no mail server: its mails are files in a folder of the operator's. */
export const preferencesAnswer = notificationPreferences.extend({
  isMailEnded: z.boolean(),
  mailConnected: z.boolean(),
  devices: z.number().int(),
})
export type PreferencesAnswer = z.infer<typeof preferencesAnswer>

/** `PUT /devices` and `DELETE /devices`. */
export const putDevice = z.strictObject(pushDevice.shape)
export const deleteDevice = z.strictObject({ endpoint: z.string().max(bounds.pushEndpointCharsMax) })
export const pushKeyAnswer = z.object({ publicKey: z.string() })

/** `POST /mail-subscriptions`: asks for mails. The answer is the same whether or not the address is known; a mail asks it to confirm. */
export const subscribeByMail = z.strictObject({ email: emailAddress, scope: mailScope })

const linkToken = z.string().min(1).max(100)
/** What the links in mails show. */
export const subscriptionLink = z.strictObject({ subscription: entityId, token: linkToken })
export const unsubscribeLink = z.strictObject({
  subscription: entityId.optional(),
  person: entityId.optional(),
  kind: z.string().max(50).optional(),
  token: linkToken,
})

/** `GET /subscribers`: confirmed addresses, counted. */
export const subscribersAnswer = z.object({
  blog: z.number().int(),
  digest: z.number().int(),
  tags: z.array(z.object({ tag: z.string(), count: z.number().int() })),
  threads: z.number().int(),
  waiting: z.number().int(),
})
export type SubscribersAnswer = z.infer<typeof subscribersAnswer>

/** One of `GET /outbox`: a message that was given up, or that waits. It names no address. */
const outboxEntry = z.object({
  key: z.string(),
  kind: z.string(),
  channel: z.string(),
  receiver: z.string(),
  at: timestamp,
  attempts: z.number().int(),
  code: z.string().nullable(),
})

/** `GET /outbox`: what waits and what was given up, counted, with the latest of the latter. `fault` is why the last try failed. */
export const outboxAnswer = z.object({
  waiting: z.number().int(),
  parked: z.number().int(),
  oldest: z.string().nullable(),
  fault: z.string().nullable(),
  entries: z.array(outboxEntry),
})
export type OutboxAnswer = z.infer<typeof outboxAnswer>

export const messagePreview = z.object({ subject: z.string(), text: z.string(), html: z.string() })
export const newsletterAnswer = z.object({
  preview: messagePreview,
  receivers: z.number().int(),
  sentAt: timestamp.nullable(),
})
export type NewsletterAnswer = z.infer<typeof newsletterAnswer>

/** `POST /webmention`, a form: the page that mentions a post, and the post's address. */
export const sendMention = z.object({ source: plainAddress, target: plainAddress })

/** `GET /webmention/:id`. `reason` says why a mention was refused. */
export const mentionAnswer = z.object({
  status: z.enum(['waiting', 'accepted', 'refused', 'gone']),
  source: z.string(),
  target: z.string(),
  reason: z.string().nullable(),
})
export type MentionAnswer = z.infer<typeof mentionAnswer>

/** A page elsewhere that a post links to, of `GET /mentions/:id`: whether it was told, or takes no mentions. */
const sentMention = z.object({
  target: z.string(),
  status: z.enum(['waiting', 'sent', 'none', 'failed']),
  reason: z.string().nullable(),
  at: timestamp,
})
export type SentMention = z.infer<typeof sentMention>
export const sentMentionsAnswer = z.array(sentMention)
