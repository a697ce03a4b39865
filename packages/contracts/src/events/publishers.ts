import type { EventType } from './catalog.ts'
import { erasureFollowers } from './users.ts'

/** Who may append a type of event, by the names of services, and how the streams begin on which it may stand. */
export interface Publishing {
  by: readonly string[]
  subject: string
}

const post: Publishing = { by: ['posts'], subject: 'post-' }
const comment: Publishing = { by: ['comments'], subject: 'comment-' }
const medium: Publishing = { by: ['media'], subject: 'media-' }
const user: Publishing = { by: ['accounts'], subject: 'user-' }
const notified = (subject: string): Publishing => ({ by: ['notifications'], subject })

/** For each type of the catalogue, whose it is. From anyone else it is a forgery. */
export const publishers: Readonly<Record<EventType, Publishing>> = {
  PostCreated: post,
  PostEdited: post,
  PostPublished: post,
  PostUnpublished: post,
  PostDeleted: post,
  PostTakenDown: post,
  PostUpdated: post,
  SlugReserved: { by: ['posts'], subject: 'slug-' },
  BlogSettingsChanged: { by: ['posts'], subject: 'blog-settings' },
  CommentCreated: comment,
  CommentEdited: comment,
  CommentUpvoted: comment,
  CommentDownvoted: comment,
  CommentVoteWithdrawn: comment,
  CommentPromoted: comment,
  CommentDeleted: comment,
  CommentTakenDown: comment,
  CommentUpdated: comment,
  CommentModerated: { by: ['moderation'], subject: 'moderation-' },
  RulesChanged: { by: ['moderation'], subject: 'rules' },
  UserRegistered: user,
  UserRenamed: user,
  UserRoleChanged: user,
  UserErased: user,
  NotificationPreferencesChanged: notified('notify-'),
  PushDevicesChanged: notified('notify-'),
  PersonMailEnded: notified('notify-'),
  InboxRead: notified('notify-'),
  MailSubscriptionRequested: notified('mail-subscription-'),
  MailSubscriptionConfirmed: notified('mail-subscription-'),
  MailSubscriptionEnded: notified('mail-subscription-'),
  NotificationsClaimed: notified('notified-'),
  NewsletterSent: notified('newsletter-'),
  DigestIssued: notified('digest-'),
  MediaRequested: medium,
  MediaClaimed: medium,
  MediaProgressed: medium,
  MediaFinished: medium,
  MediaFailed: medium,
  MediaPostponed: medium,
  MediaParked: medium,
  MediaRetried: medium,
  MediaCancelled: medium,
  MediaDescribed: medium,
  MediaRemoved: medium,
  ErasureConfirmed: { by: erasureFollowers, subject: 'erasure-' },
}
