import type {
  MailScope,
  NotificationPreferences,
  PushDevice,
} from '@logbook/contracts/events/notifications.ts'
import type { BlogSettings } from '@logbook/contracts/events/settings.ts'
import type { Role } from '@logbook/contracts/identity.ts'

export interface KnownPost {
  id: string
  slug: string
  title: string
  excerpt: string
  content: string
  tags: readonly string[]
  authorId: string | null
  isPublished: boolean
  /** Its readers were told of it, or it came from another blog. */
  isTold: boolean
}

export interface KnownComment {
  id: string
  postId: string
  parentId: string | null
  authorId: string | null
  authorName: string | null
  excerpt: string
  status: 'pending' | 'approved' | 'rejected'
  revision: number
  score: number
  /** Its readers were told of it, or it came from another blog. */
  isTold: boolean
  /** A rule left its present text to a person. */
  isHeld: boolean
  createdAt: string
}

export interface KnownPerson {
  id: string
  role: Role
  name: string | null
}

export interface KnownSubscription {
  id: string
  personId: string | null
  scope: MailScope
  email: string
  linkToken: string
  isConfirmed: boolean
  requestedAt: string
}

/** What a person has said of how they are to be told. */
export interface PersonChoices {
  preferences: NotificationPreferences
  linkToken: string | null
  devices: readonly PushDevice[]
  /** Mails to them bounced, or they unsubscribed by a link: none goes out until they choose mails again. */
  isMailEnded: boolean
  readUpTo: number
}

/** What notifications knows at one place of the log. */
export interface Known {
  post(id: string): KnownPost | undefined
  comment(id: string): KnownComment | undefined
  person(id: string): KnownPerson | undefined
  blog(): BlogSettings
  choices(personId: string): PersonChoices
  subscription(id: string): KnownSubscription | undefined
  /** Ids of people. */
  withRole(...roles: Role[]): readonly string[]
  /** Ids of the people who want this kind by any channel. */
  wanting(kind: 'post' | 'digest'): readonly string[]
  /** Ids of confirmed subscriptions. */
  subscribed(scope: MailScope): readonly string[]
}
