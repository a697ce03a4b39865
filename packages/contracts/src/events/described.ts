import { z } from 'zod'
import type { RecordedEvent } from '../envelope.ts'
import { commentExamples } from '../examples/comments.ts'
import { mediaExamples } from '../examples/media.ts'
import { moderationExamples } from '../examples/moderation.ts'
import { notificationExamples } from '../examples/notifications.ts'
import { postExamples } from '../examples/posts.ts'
import { settingsExamples } from '../examples/settings.ts'
import { userExamples } from '../examples/users.ts'
import { personal } from '../personal.ts'
import { type EventType, eventSchema, eventTypes } from './catalog.ts'
import { publishers } from './publishers.ts'
import { currentDataVersion } from './upcast.ts'

const post = 'post-{postId}'
const comment = 'comment-{commentId}'
const user = 'user-{personId}'
const medium = 'media-{mediumId}'
const notify = 'notify-{personId}'
const mailSubscription = 'mail-subscription-{subscriptionId}'

/** What a schema does not say: the kind of stream, as `post-{postId}`, and what the event means. */
const notes: Readonly<Record<EventType, readonly [subject: string, summary: string]>> = {
  PostCreated: [post, 'A post came to be, as a draft or published.'],
  PostEdited: [post, 'An author changed the text, the title, the address or the tags.'],
  PostPublished: [post, 'A draft became readable.'],
  PostUnpublished: [post, 'A post went back to draft.'],
  PostDeleted: [post, 'A post is gone.'],
  PostTakenDown: [post, 'A moderator withheld all texts of a post, or its earlier ones, and why.'],
  PostUpdated: [post, 'The full state after any of the changes of a post.'],
  SlugReserved: ['slug-{slug}', 'An address belongs to a post, for ever.'],
  BlogSettingsChanged: ['blog-settings', 'All settings of the blog from now on, and who changed them.'],
  CommentCreated: [comment, 'Someone commented on a post; the comment awaits its verdict.'],
  CommentEdited: [comment, 'The text of a comment changed, and is judged again.'],
  CommentUpvoted: [comment, 'A reader voted for a comment.'],
  CommentDownvoted: [comment, 'A reader voted against a comment.'],
  CommentVoteWithdrawn: [comment, 'A reader took a vote back.'],
  CommentPromoted: [comment, 'A comment was put first.'],
  CommentDeleted: [comment, 'A comment is gone; replies keep its place.'],
  CommentTakenDown: [comment, 'A moderator withheld every text of a comment, and why.'],
  CommentUpdated: [comment, 'The full state after any of the changes of a comment, and what caused it.'],
  CommentModerated: ['moderation-{commentId}', 'A rule or a person judged a text, and why.'],
  RulesChanged: ['rules', 'The whole set of rules, who changed it and why.'],
  UserRegistered: [user, 'A person has an account.'],
  UserRenamed: [user, 'A person goes by another name.'],
  UserRoleChanged: [user, 'What a person may do has changed.'],
  UserErased: [user, 'The key of a person was destroyed: what was sealed with it can not be read again.'],
  NotificationPreferencesChanged: [notify, 'What a person wants to be told, and how.'],
  PushDevicesChanged: [notify, 'The browsers of a person that take push messages.'],
  PersonMailEnded: [notify, 'Mails to a person end until they choose mails again.'],
  InboxRead: [notify, 'A person has seen their notifications up to a position of the log.'],
  MailSubscriptionRequested: [
    mailSubscription,
    'An address asked for mails about the blog, a tag, a post or a comment.',
  ],
  MailSubscriptionConfirmed: [mailSubscription, 'The address confirmed that the mails are wanted.'],
  MailSubscriptionEnded: [mailSubscription, 'No more mails go to the address, and why.'],
  NotificationsClaimed: ['notified-{eventId}', 'One instance sends what an event gives rise to.'],
  NewsletterSent: ['newsletter-{postId}', 'A post goes to every subscriber, once.'],
  DigestIssued: ['digest-{week}-{timeZone}', 'The digest of a week, in one time zone.'],
  MediaRequested: [medium, 'Someone wants a file by link, or uploaded one.'],
  MediaClaimed: [medium, 'A worker has the job under a lease, whose number is the fencing token.'],
  MediaProgressed: [medium, 'How far a worker is; at most once a second.'],
  MediaFinished: [medium, 'All forms of a file are in storage, and which they are.'],
  MediaFailed: [medium, 'An attempt failed, and why.'],
  MediaPostponed: [medium, 'A job waits for something that is not its fault.'],
  MediaParked: [medium, 'No attempt follows until somebody asks for one.'],
  MediaRetried: [medium, 'Somebody asked for another attempt.'],
  MediaCancelled: [medium, 'Somebody stopped a job.'],
  MediaDescribed: [medium, 'The name, the alternative text and the focal point of a file.'],
  MediaRemoved: [medium, 'A file is gone, with all its forms.'],
  ErasureConfirmed: ['erasure-{personId}', 'A service holds nothing of an erased person any more.'],
}

/** One event of the catalogue, described for people and programs that don't know it. */
export interface DescribedEvent {
  type: EventType
  summary: string
  /** The paths of the services that publish it. */
  sources: readonly string[]
  subject: string
  dataversion: number
  /** JSON Schema, draft 7, of `data` as a reader accepts it and, where it holds something of people, as it stands in the log. */
  data: Record<string, unknown>
  examples: Record<string, unknown>[]
}

type Schema = Record<string, unknown>

/** What stands in the place of personal fields: one box, sealed with the key of a person. */
const box = {
  type: 'object',
  description:
    'The fields that are somebody’s, sealed with their key (AES-256-GCM). Without the key nothing of it can be read.',
  properties: { key: { type: 'string', format: 'uuid' }, box: { type: 'string', pattern: '^[\\w-]+$' } },
  required: ['key', 'box'],
}

const sealedSchema = (schema: Schema, fields: readonly string[]): Schema => {
  for (const kind of ['anyOf', 'oneOf']) {
    const choices = schema[kind]
    if (Array.isArray(choices))
      return { ...schema, [kind]: choices.map((each) => sealedSchema(each, fields)) }
  }
  const properties = Object.entries((schema.properties ?? {}) as Schema).filter(
    ([name]) => !fields.includes(name),
  )
  const required = ((schema.required ?? []) as string[]).filter((name) => !fields.includes(name))
  return {
    ...schema,
    properties: { ...Object.fromEntries(properties), sealed: box },
    required: [...required, 'sealed'],
  }
}

const dataSchema = (type: EventType): Schema => {
  const { $schema: _, ...schema } = z.toJSONSchema(eventSchema(type), { target: 'draft-7', io: 'input' })
  const fields = personal.fields[type]?.fields
  if (fields === undefined) return schema
  return {
    anyOf: [
      { title: 'As it stands in the log', ...sealedSchema(schema, fields) },
      { title: 'As a service reads it that has the key', ...schema },
    ],
  }
}

/** The whole catalogue, for its description in AsyncAPI. */
export const describedEvents = (): DescribedEvent[] => {
  const examples: RecordedEvent[] = [
    ...postExamples(),
    ...commentExamples(),
    ...moderationExamples(),
    ...userExamples(),
    ...settingsExamples(),
    ...notificationExamples(),
    ...mediaExamples(),
  ]
  return eventTypes.map((type) => {
    const [subject, summary] = notes[type]
    const own = examples.filter((event) => event.type === type)
    return {
      type,
      summary,
      sources: publishers[type].by.map((service) => `/${service}`),
      subject,
      dataversion: currentDataVersion(type),
      data: dataSchema(type),
      examples: own.map((event) => ({ ...event })),
    }
  })
}
