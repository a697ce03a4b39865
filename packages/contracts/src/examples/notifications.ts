import type { EventData, EventType, LogbookEvent } from '../events/catalog.ts'
import {
  claimSubject,
  digestSubject,
  initialPreferences,
  mailSubscriptionSubject,
  newsletterSubject,
  preferencesSubject,
} from '../events/notifications.ts'
import { type Envelope, recordedExample } from './recorded.ts'
import { exampleUserId } from './users.ts'

const source = '/notifications'
const at = '2026-03-07T08:00:00.000Z'
export const exampleSubscriptionId = '01920000-0000-7000-8000-0000000000d1'
const exampleInstanceId = '01920000-0000-7000-8000-0000000000d2'
const examplePostId = '01920000-0000-7000-8000-0000000000a1'
const linkToken = 'x'.repeat(32)

/** Examples of one type: whole data with overrides, on the stream that follows from it. */
const example =
  <Type extends EventType>(
    type: Type,
    whole: EventData<Type>,
    subjectOf: (data: EventData<Type>) => string,
  ) =>
  (data: Partial<EventData<Type>> = {}, envelope: Envelope = {}): LogbookEvent<Type> => {
    const given: EventData<Type> = { ...whole, ...data }
    return recordedExample(type, { source, subject: subjectOf(given), data: given, envelope })
  }

export const preferencesChanged = example(
  'NotificationPreferencesChanged',
  {
    id: exampleUserId,
    preferences: { ...initialPreferences, mail: ['reply'], quiet: { from: '22:00', to: '07:00' } },
    linkToken,
    changedAt: at,
  },
  ({ id }) => preferencesSubject(id),
)

export const pushDevicesChanged = example(
  'PushDevicesChanged',
  {
    id: exampleUserId,
    devices: [
      {
        endpoint: 'https://push.example/send/1',
        keys: { p256dh: 'B'.repeat(87), auth: 'a'.repeat(22) },
      },
    ],
    changedAt: at,
  },
  ({ id }) => preferencesSubject(id),
)

export const personMailEnded = example(
  'PersonMailEnded',
  { id: exampleUserId, why: 'bounced', endedAt: at },
  ({ id }) => preferencesSubject(id),
)

export const inboxRead = example('InboxRead', { id: exampleUserId, upTo: 42 }, ({ id }) =>
  preferencesSubject(id),
)

export const mailSubscriptionRequested = example(
  'MailSubscriptionRequested',
  {
    id: exampleSubscriptionId,
    personId: null,
    scope: { kind: 'blog' },
    email: 'reader@example.org',
    linkToken,
    requestedAt: at,
  },
  ({ id }) => mailSubscriptionSubject(id),
)

export const mailSubscriptionConfirmed = example(
  'MailSubscriptionConfirmed',
  { id: exampleSubscriptionId, confirmedAt: at },
  ({ id }) => mailSubscriptionSubject(id),
)

export const mailSubscriptionEnded = example(
  'MailSubscriptionEnded',
  { id: exampleSubscriptionId, why: 'unsubscribed', endedAt: at },
  ({ id }) => mailSubscriptionSubject(id),
)

const notificationsClaimed = example(
  'NotificationsClaimed',
  { eventId: '01920000-0000-7000-8000-000000000001', by: exampleInstanceId, claimedAt: at },
  ({ eventId }) => claimSubject(eventId),
)

export const newsletterSent = example('NewsletterSent', { postId: examplePostId, sentAt: at }, ({ postId }) =>
  newsletterSubject(postId),
)

const digestIssued = example(
  'DigestIssued',
  { week: '2026-03-02', timeZone: 'Europe/Berlin', posts: [examplePostId], comments: [], issuedAt: at },
  ({ week, timeZone }) => digestSubject(week, timeZone),
)

/** One of each type, as they come without overrides. */
export const notificationExamples = () => [
  preferencesChanged(),
  pushDevicesChanged(),
  personMailEnded(),
  inboxRead(),
  mailSubscriptionRequested(),
  mailSubscriptionConfirmed(),
  mailSubscriptionEnded(),
  notificationsClaimed(),
  newsletterSent(),
  digestIssued(),
]
