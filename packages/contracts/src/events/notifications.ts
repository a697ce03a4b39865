import { z } from 'zod'
import { bounds } from '../bounds.ts'
import { emailAddress, entityId, timestamp } from '../text.ts'
import { defineEvent, eventsByType, onStream, streamName } from './define.ts'
import { tag } from './posts.ts'

/** What people are told of. */
export const notificationKinds = [
  'reply',
  'comment',
  'verdict',
  'held',
  'person',
  'post',
  'digest',
  'job',
  'backup',
] as const
export type NotificationKind = (typeof notificationKinds)[number]

/** The ways to a person, beside the inbox, which has everything. */
export const personChannels = ['mail', 'push'] as const
export type PersonChannel = (typeof personChannels)[number]

const kinds = z.array(z.enum(notificationKinds)).max(notificationKinds.length)
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 22:00')

/** What a person wants to be told, and how. Nothing but the inbox until they say so. */
export const notificationPreferences = z.object({
  mail: kinds,
  push: kinds,
  /** `each`: as it happens. `daily`: mails of a day in one, in the morning. */
  rhythm: z.enum(['each', 'daily']),
  /** Mails and push messages wait until this is over, in `timeZone`. */
  quiet: z.object({ from: clockTime, to: clockTime }).nullable(),
  timeZone: z.string().min(1).max(bounds.timeZoneCharsMax),
  /** Posts whose comments are not told of. */
  mutedPosts: z.array(entityId).max(bounds.mutedPostsMax),
})
export type NotificationPreferences = z.infer<typeof notificationPreferences>

export const initialPreferences: NotificationPreferences = {
  mail: [],
  push: [],
  rhythm: 'each',
  quiet: null,
  timeZone: 'UTC',
  mutedPosts: [],
}

/** A browser that takes Web Push (RFC 8030), as `PushSubscription` has it. */
export const pushDevice = z.object({
  endpoint: z.url({ protocol: /^https?$/ }).max(bounds.pushEndpointCharsMax),
  keys: z.object({
    p256dh: z.string().regex(/^[\w-]{80,100}=?$/, 'must be a P-256 key in base64url'),
    auth: z.string().regex(/^[\w-]{20,30}={0,2}$/, 'must be 16 bytes in base64url'),
  }),
})
export type PushDevice = z.infer<typeof pushDevice>

/** What an address subscribes to: every post, those of a tag, the comments of a post, or the replies to a comment. */
export const mailScope = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('blog') }),
  z.object({ kind: z.literal('digest') }),
  z.object({ kind: z.literal('tag'), tag }),
  z.object({ kind: z.literal('thread'), postId: entityId }),
  z.object({ kind: z.literal('replies'), commentId: entityId }),
])
export type MailScope = z.infer<typeof mailScope>

/** The random token in a mail's link. */
const linkToken = z.string().regex(/^[\w-]{20,100}$/)

/** Why no more mails go somewhere. */
export const mailEnd = z.enum(['unsubscribed', 'bounced'])
export type MailEnd = z.infer<typeof mailEnd>

export const preferencesSubject = streamName('notify-{personId}')
export const mailSubscriptionSubject = streamName('mail-subscription-{subscriptionId}')
export const claimSubject = streamName('notified-{eventId}')
export const newsletterSubject = streamName('newsletter-{postId}')
/** Names of zones have slashes, which a subject may have too. */
export const digestSubject = streamName('digest-{week}-{timeZone}')

const ofPerson = { by: ['notifications'], stream: onStream(preferencesSubject, 'id') } as const
const ofSubscription = { by: ['notifications'], stream: onStream(mailSubscriptionSubject, 'id') } as const

export const notificationEvents = eventsByType(
  /** All preferences of a person from now on. `linkToken` is what the links in their mails show. */
  defineEvent('NotificationPreferencesChanged', {
    ...ofPerson,
    summary: 'What a person wants to be told, and how.',
    data: z.object({
      id: entityId,
      preferences: notificationPreferences.nullable(),
      linkToken: linkToken.nullable(),
      changedAt: timestamp,
    }),
    personal: {
      owner: ({ id }) => id,
      fields: ['preferences', 'linkToken'],
      erased: () => ({ preferences: null, linkToken: null }),
    },
  }),
  /** All browsers of a person that take push messages. */
  defineEvent('PushDevicesChanged', {
    ...ofPerson,
    summary: 'The browsers of a person that take push messages.',
    data: z.object({
      id: entityId,
      devices: z.array(pushDevice).max(bounds.pushDevicesMax),
      changedAt: timestamp,
    }),
    personal: { owner: ({ id }) => id, fields: ['devices'], erased: () => ({ devices: [] }) },
  }),
  /** Mails to a person end until they choose mails again. */
  defineEvent('PersonMailEnded', {
    ...ofPerson,
    summary: 'Mails to a person end until they choose mails again.',
    data: z.object({ id: entityId, why: mailEnd, endedAt: timestamp }),
    personal: 'none',
  }),
  /** The notes of this person up to a position of the log were seen. */
  defineEvent('InboxRead', {
    ...ofPerson,
    summary: 'A person has seen their notifications up to a position of the log.',
    data: z.object({ id: entityId, upTo: z.number().int().min(0) }),
    personal: 'none',
  }),
  /** A subscription was requested for an address that is not confirmed yet. The address is sealed with the key of the person, or of the subscription. */
  defineEvent('MailSubscriptionRequested', {
    ...ofSubscription,
    summary: 'An address asked for mails about the blog, a tag, a post or a comment.',
    data: z.object({
      id: entityId,
      personId: entityId.nullable(),
      scope: mailScope,
      email: emailAddress.nullable(),
      linkToken: linkToken.nullable(),
      requestedAt: timestamp,
    }),
    personal: {
      // An address that belongs to no account has a key of its own, so that it can be erased alike.
      owner: ({ id, personId }) => personId ?? id,
      fields: ['email', 'linkToken'],
      erased: () => ({ email: null, linkToken: null }),
    },
  }),
  defineEvent('MailSubscriptionConfirmed', {
    ...ofSubscription,
    summary: 'The address confirmed that the mails are wanted.',
    data: z.object({ id: entityId, confirmedAt: timestamp }),
    personal: 'none',
  }),
  defineEvent('MailSubscriptionEnded', {
    ...ofSubscription,
    summary: 'No more mails go to the address, and why.',
    data: z.object({ id: entityId, why: mailEnd, endedAt: timestamp }),
    personal: 'none',
  }),
  /** One instance of notifications sends what this event gives rise to; no other may. */
  defineEvent('NotificationsClaimed', {
    by: ['notifications'],
    stream: onStream(claimSubject, 'eventId'),
    summary: 'One instance sends what an event gives rise to.',
    data: z.object({ eventId: entityId, by: entityId, claimedAt: timestamp }),
    personal: 'none',
  }),
  /** A post goes to every subscriber as a newsletter, once. */
  defineEvent('NewsletterSent', {
    by: ['notifications'],
    stream: onStream(newsletterSubject, 'postId'),
    summary: 'A post goes to every subscriber, once.',
    data: z.object({ postId: entityId, sentAt: timestamp }),
    personal: 'none',
  }),
  /** The digest of a week, in one time zone, once. `week` is the day that it begins with. */
  defineEvent('DigestIssued', {
    by: ['notifications'],
    stream: onStream(digestSubject, 'week', 'timeZone'),
    summary: 'The digest of a week, in one time zone.',
    data: z.object({
      week: z.iso.date(),
      timeZone: z.string().min(1).max(bounds.timeZoneCharsMax),
      posts: z.array(entityId).max(bounds.digestItemsMax),
      comments: z.array(entityId).max(bounds.digestItemsMax),
      /** Posts by how many read them. */
      mostRead: z.array(entityId).max(bounds.digestItemsMax).optional(),
      /** Comments that a writer or moderator had featured. */
      featured: z.array(entityId).max(bounds.digestItemsMax).optional(),
      /** False for the zone of a person alone, which only their mail is about. */
      ofBlog: z.boolean().optional(),
      issuedAt: timestamp,
    }),
    personal: 'none',
  }),
)
