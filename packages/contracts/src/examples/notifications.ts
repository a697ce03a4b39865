import { initialPreferences } from '../events/notifications.ts'
import { exampleOf } from './recorded.ts'
import { exampleUserId } from './users.ts'

const at = '2026-03-07T08:00:00.000Z'
export const exampleSubscriptionId = '01920000-0000-7000-8000-0000000000d1'
const exampleInstanceId = '01920000-0000-7000-8000-0000000000d2'
const examplePostId = '01920000-0000-7000-8000-0000000000a1'
const linkToken = 'x'.repeat(32)

export const preferencesChanged = exampleOf('NotificationPreferencesChanged', {
  id: exampleUserId,
  preferences: { ...initialPreferences, mail: ['reply'], quiet: { from: '22:00', to: '07:00' } },
  linkToken,
  changedAt: at,
})

export const pushDevicesChanged = exampleOf('PushDevicesChanged', {
  id: exampleUserId,
  devices: [
    {
      endpoint: 'https://push.example/send/1',
      keys: { p256dh: 'B'.repeat(87), auth: 'a'.repeat(22) },
    },
  ],
  changedAt: at,
})

export const personMailEnded = exampleOf('PersonMailEnded', {
  id: exampleUserId,
  why: 'bounced',
  endedAt: at,
})

export const inboxRead = exampleOf('InboxRead', { id: exampleUserId, upTo: 42 })

export const mailSubscriptionRequested = exampleOf('MailSubscriptionRequested', {
  id: exampleSubscriptionId,
  personId: null,
  scope: { kind: 'blog' },
  email: 'reader@example.org',
  linkToken,
  requestedAt: at,
})

export const mailSubscriptionConfirmed = exampleOf('MailSubscriptionConfirmed', {
  id: exampleSubscriptionId,
  confirmedAt: at,
})

export const mailSubscriptionEnded = exampleOf('MailSubscriptionEnded', {
  id: exampleSubscriptionId,
  why: 'unsubscribed',
  endedAt: at,
})

const notificationsClaimed = exampleOf('NotificationsClaimed', {
  eventId: '01920000-0000-7000-8000-000000000001',
  by: exampleInstanceId,
  claimedAt: at,
})

export const newsletterSent = exampleOf('NewsletterSent', { postId: examplePostId, sentAt: at })

export const digestIssued = exampleOf('DigestIssued', {
  week: '2026-03-02',
  timeZone: 'Europe/Berlin',
  posts: [examplePostId],
  comments: [],
  issuedAt: at,
})

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
  digestIssued({ mostRead: [], featured: [], ofBlog: true }),
]
