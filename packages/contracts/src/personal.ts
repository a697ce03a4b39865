import type { DomainEvent, RecordedEvent } from './envelope.ts'
import { decodeEvent, type EventData, type EventType, type LogbookEvent } from './events/catalog.ts'
import { currentDataVersion } from './events/upcast.ts'
import { type ErasureFollower, erasureSubject, userSubject } from './events/users.ts'

/** Which fields of an event's data are somebody's, and what stands in their place once that person is erased. */
export interface PersonalFields<Data = unknown> {
  /** The person whose key seals them; null where they are nobody's, and stay as they are. */
  owner(data: Data): string | null
  /** Of the top level of `data`. */
  fields: readonly string[]
  /** Fits the schema of the event, and holds nothing of anyone. */
  erased(personId: string): Readonly<Record<string, unknown>>
}

const nameOfSelf: PersonalFields<{ id: string }> = {
  owner: ({ id }) => id,
  fields: ['name'],
  erased: () => ({ name: null }),
}

const authorName: PersonalFields<EventData<'PostUpdated'>> = {
  owner: (data) => (data.status === 'deleted' ? null : data.authorId),
  fields: ['authorName'],
  erased: () => ({ authorName: null }),
}

/** Who did something, under `by`. */
const doneBy: PersonalFields<{ by: { id: string | null } | null }> = {
  owner: ({ by }) => by?.id ?? null,
  fields: ['by'],
  erased: (id) => ({ by: { id, name: null } }),
}

/** A comment whose author is gone is only a place in its thread. */
const commentErased = () => ({ author: null, content: '[erased]', erased: true })
const commentText: PersonalFields<{ authorId: string | null }> = {
  owner: ({ authorId }) => authorId,
  fields: ['author', 'content'],
  erased: commentErased,
}

/** What a file is called and shows, for whoever brought it. */
const ofMedium = (
  fields: readonly string[],
  erased: Readonly<Record<string, unknown>>,
): PersonalFields<{ ownerId: string | null }> => ({
  owner: ({ ownerId }) => ownerId,
  fields,
  erased: () => erased,
})

/** By event type. In the log these fields are sealed with their owner's key. */
const fields: { readonly [Type in EventType]?: PersonalFields<EventData<Type>> } = {
  PostCreated: authorName,
  PostUpdated: authorName,
  PostEdited: doneBy,
  PostPublished: doneBy,
  PostUnpublished: doneBy,
  PostDeleted: doneBy,
  PostTakenDown: doneBy,
  CommentCreated: commentText,
  CommentEdited: { ...commentText, fields: ['content'] },
  CommentTakenDown: doneBy,
  CommentUpdated: commentText,
  CommentModerated: {
    owner: ({ by }) => (by.kind === 'person' ? by.id : null),
    fields: ['by'],
    erased: (id) => ({ by: { kind: 'person', id, name: null } }),
  },
  RulesChanged: doneBy,
  BlogSettingsChanged: doneBy,
  MediaRequested: ofMedium(['url', 'upload', 'name', 'alt'], {
    ...{ url: null, upload: null, name: '[erased]', alt: '' },
    erased: true,
  }),
  MediaFinished: ofMedium(['picture', 'variants'], { picture: null, variants: [] }),
  MediaDescribed: ofMedium(['name', 'alt'], { name: '[erased]', alt: '' }),
  MediaRetried: doneBy,
  MediaCancelled: doneBy,
  MediaRemoved: doneBy,
  UserRegistered: nameOfSelf,
  UserRenamed: nameOfSelf,
  NotificationPreferencesChanged: {
    owner: ({ id }) => id,
    fields: ['preferences', 'linkToken'],
    erased: () => ({ preferences: null, linkToken: null }),
  },
  PushDevicesChanged: { owner: ({ id }) => id, fields: ['devices'], erased: () => ({ devices: [] }) },
  // An address that belongs to no account has a key of its own, so that it can be erased alike.
  MailSubscriptionRequested: {
    owner: ({ id, personId }) => personId ?? id,
    fields: ['email', 'linkToken'],
    erased: () => ({ email: null, linkToken: null }),
  },
}

const idIn = (data: unknown): string | undefined =>
  typeof data === 'object' && data !== null && 'id' in data && typeof data.id === 'string'
    ? data.id
    : undefined

/** What the log holds of people, and how it says that somebody was erased. */
export const personal = {
  fields,
  /** The person whose key is gone. */
  erasedBy({ type, subject, data }: RecordedEvent): string | undefined {
    if (type !== 'UserErased') return undefined
    const id = idIn(data)
    return id !== undefined && subject === userSubject(id) ? id : undefined
  },
} as const

/** What a service says when it holds nothing of a person any more; `at` is RFC 3339. */
export const confirmationBy =
  (service: ErasureFollower) =>
  ({
    personId,
    at,
  }: {
    personId: string
    at: string
  }): DomainEvent<'ErasureConfirmed', EventData<'ErasureConfirmed'>> & { dataversion: number } => ({
    type: 'ErasureConfirmed',
    subject: erasureSubject(personId),
    dataversion: currentDataVersion('ErasureConfirmed'),
    data: { id: personId, service, confirmedAt: at },
  })

/** What a service that holds something of people follows beside its own. */
export const erasureTypes = ['UserErased', 'ErasureConfirmed'] as const satisfies readonly EventType[]
export type ErasureEvent = LogbookEvent<(typeof erasureTypes)[number]>

type DecodedErasure =
  | { kind: 'event'; event: ErasureEvent }
  | { kind: 'foreign' }
  | { kind: 'unreadable'; reason: string }

/** Reads one of these. What stands on another stream than its own was not written by its owner: unreadable. */
export const decodeErasure = (recorded: RecordedEvent): DecodedErasure => {
  const decoded = decodeEvent(recorded)
  if (decoded.kind !== 'event') return decoded
  const { event } = decoded
  if (event.type !== 'UserErased' && event.type !== 'ErasureConfirmed') return { kind: 'foreign' }
  const own = event.type === 'UserErased' ? userSubject(event.data.id) : erasureSubject(event.data.id)
  if (event.subject !== own) return { kind: 'unreadable', reason: `it belongs on ${own}` }
  return { kind: 'event', event }
}
