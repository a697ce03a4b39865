import type { EventType, LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { commentSubject } from '@logbook/contracts/events/comments.ts'
import { moderationSubject } from '@logbook/contracts/events/moderation.ts'
import {
  digestSubject,
  mailSubscriptionSubject,
  newsletterSubject,
  preferencesSubject,
} from '@logbook/contracts/events/notifications.ts'
import { postSubject } from '@logbook/contracts/events/posts.ts'
import { settingsSubject } from '@logbook/contracts/events/settings.ts'
import { userSubject } from '@logbook/contracts/events/users.ts'

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

/** The stream on which an event of this kind belongs: what stands elsewhere was not written by its owner. */
export const ownSubject = (event: LogbookEvent): string | undefined => {
  switch (event.type) {
    case 'PostCreated':
    case 'PostUpdated':
      return postSubject(event.data.id)
    case 'CommentCreated':
    case 'CommentUpdated':
      return commentSubject(event.data.id)
    case 'CommentModerated':
      return moderationSubject(event.data.id)
    case 'UserRegistered':
    case 'UserRenamed':
    case 'UserRoleChanged':
      return userSubject(event.data.id)
    case 'BlogSettingsChanged':
      return settingsSubject
    case 'NotificationPreferencesChanged':
    case 'PushDevicesChanged':
    case 'PersonMailEnded':
    case 'InboxRead':
      return preferencesSubject(event.data.id)
    case 'MailSubscriptionRequested':
    case 'MailSubscriptionConfirmed':
    case 'MailSubscriptionEnded':
      return mailSubscriptionSubject(event.data.id)
    case 'NewsletterSent':
      return newsletterSubject(event.data.postId)
    case 'DigestIssued':
      return digestSubject(event.data.week, event.data.timeZone)
    default:
      return undefined
  }
}
