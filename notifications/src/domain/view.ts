import type {
  MailScope,
  NotificationPreferences,
  PushDevice,
} from '@logbook/contracts/events/notifications.ts'
import type { BlogSettings } from '@logbook/contracts/events/settings.ts'
import type { FailedFiles } from '@logbook/contracts/failed-files.ts'
import type { Role } from '@logbook/contracts/identity.ts'
import type { Burst } from './burst.ts'
import type { Notice } from './notice.ts'

export interface PostView {
  id: string
  slug: string
  title: string
  excerpt: string
  content: string
  tags: readonly string[]
  authorId: string | null
  isPublished: boolean
  /** Its readers were notified, or it was imported. */
  isAnnounced: boolean
}

export interface CommentView {
  id: string
  postId: string
  parentId: string | null
  authorId: string | null
  authorName: string | null
  excerpt: string
  status: 'pending' | 'approved' | 'rejected'
  revision: number
  score: number
  /** Its readers were notified, or it was imported. */
  isAnnounced: boolean
  /** A rule held its current text for a moderator. */
  isHeld: boolean
  createdAt: string
}

export interface PersonView {
  id: string
  role: Role
  name: string | null
}

export interface SubscriptionView {
  id: string
  personId: string | null
  scope: MailScope
  email: string
  linkToken: string
  isConfirmed: boolean
  requestedAt: string
}

export interface MediumView {
  id: string
  ownerId: string | null
  name: string
  /** Why it could not be processed, or null. */
  parkedFor: string | null
  /** An import brought it. */
  imported: boolean
}

/** Files of one burst that are still parked. */
export interface FailedFilesView extends FailedFiles {
  /** Of one of them. */
  mediumId: string
  ownerId: string | null
  /** The reason of most of them. */
  reason: string
}

/** When backups were made, as the log says. */
export interface BackupView {
  /** When the first person registered: the beginning of the blog. Null before. */
  since: string | null
  /** The last backup, or null. */
  takenAt: string | null
  /** The day of the last reminder, and the backup that it was about, or null. */
  overdueDay: string | null
  overdueAt: string | null
}

/** How a person wants to be notified. */
export interface PersonChoices {
  preferences: NotificationPreferences
  linkToken: string | null
  devices: readonly PushDevice[]
  /** Mails bounced, or the person unsubscribed by a link: no mail is sent until they choose mails again. */
  isMailEnded: boolean
  readUpTo: number
}

/** What this service knows at one position of the log. */
export interface View {
  post(id: string): PostView | undefined
  comment(id: string): CommentView | undefined
  person(id: string): PersonView | undefined
  medium(id: string): MediumView | undefined
  /** The last burst of failures of the person or the import that a file is of. */
  burst(file: Pick<MediumView, 'ownerId' | 'imported'>): Burst | undefined
  /** The files that a notice is about, or undefined where none of them is parked any more. */
  failedFiles(notice: Pick<Notice, 'eventId' | 'mediumId'>): FailedFilesView | undefined
  backup(): BackupView
  blog(): BlogSettings
  choices(personId: string): PersonChoices
  subscription(id: string): SubscriptionView | undefined
  /** Ids of people. */
  withRole(...roles: Role[]): readonly string[]
  /** Ids of people who want this kind by any channel. */
  peopleWanting(kind: 'post' | 'digest'): readonly string[]
  /** Ids of confirmed subscriptions. */
  subscribed(scope: MailScope): readonly string[]
}
