import type { EventType } from '@logbook/contracts/events/catalog.ts'

export const followedTypes = [
  'PostCreated',
  'PostUpdated',
  'CommentCreated',
  'CommentUpdated',
  'CommentModerated',
  'UserRegistered',
  'UserRenamed',
  'UserRoleChanged',
  'BlogSettingsChanged',
  'NotificationPreferencesChanged',
  'PushDevicesChanged',
  'PersonMailEnded',
  'InboxRead',
  'MailSubscriptionRequested',
  'MailSubscriptionConfirmed',
  'MailSubscriptionEnded',
  'NewsletterSent',
  'DigestIssued',
] as const satisfies readonly EventType[]
