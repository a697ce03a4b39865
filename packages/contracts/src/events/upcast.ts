import type { RecordedEvent } from '../envelope.ts'

/** Turns the data of one dataversion into that of the next. Pure and total: what it can't read it returns as it is. */
type Upcaster = (data: unknown) => unknown

type Fields = Readonly<Record<string, unknown>>
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A step for data that is an object; anything else is returned as it is. */
const step =
  (lift: (data: Fields) => Fields): Upcaster =>
  (data) =>
    isFields(data) ? lift(data) : data

/** Who wrote a comment stood within its author; there is an e-mail now. */
const authorBeside = step((data) => {
  const { author } = data
  if (!isFields(author)) return { authorId: null, ...data }
  const { id = null, ...said } = author
  return { ...data, authorId: id, author: { ...said, email: null } }
})

/** A person who judged, or changed the rules, was a name. */
const judgeWithId = step((data) =>
  isFields(data.by) && data.by.kind === 'person' ? { ...data, by: { id: null, ...data.by } } : data,
)
const doerWithId = step((data) =>
  typeof data.by === 'string' ? { ...data, by: { id: null, name: data.by } } : data,
)

/** Who did something to a post, or deleted a comment, was not said. */
const byNobody = step((data) => ({ by: null, ...data }))

/** A post had no cover, took comments always, and had stood nowhere else. */
const withCover = step((data) =>
  data.status === 'deleted' ? data : { cover: null, commentsClosed: false, formerAddresses: [], ...data },
)

/** A cover had no words. */
const withCoverAlt = step((data) => (data.status === 'deleted' ? data : { coverAlt: '', ...data }))

/** An edit changed neither the kind of a post nor the words of its cover. */
const asItWas: Upcaster = (data) => data

/** A step for the settings of the blog: what counted where an event is older than a setting. */
const withSettings = (initial: Fields): Upcaster =>
  step((data) => (isFields(data.settings) ? { ...data, settings: { ...initial, ...data.settings } } : data))

/**
 * Every step from an older shape to the next, by event type; the first entry lifts version 1 to 2. An event's present
 * dataversion is one more than its steps, so that a schema change and its upcast can't be made apart.
 */
const upcasters: Readonly<Record<string, readonly Upcaster[]>> = {
  PostCreated: [withCover, withCoverAlt],
  PostUpdated: [withCover, withCoverAlt],
  PostEdited: [byNobody, asItWas],
  PostPublished: [byNobody],
  PostUnpublished: [byNobody],
  PostDeleted: [byNobody],
  CommentCreated: [authorBeside],
  CommentEdited: [authorBeside],
  CommentUpdated: [authorBeside],
  CommentDeleted: [byNobody],
  CommentModerated: [judgeWithId],
  RulesChanged: [doerWithId],
  BlogSettingsChanged: [
    withSettings({ commentsFrom: 'guests', editMinutes: 15 }),
    withSettings({ navigation: [] }),
    withSettings({ accent: null, icon: null }),
  ],
}

export const currentDataVersion = (type: string, steps = upcasters): number => (steps[type]?.length ?? 0) + 1

/** The event's data in today's shape. */
export const upcast = (
  { type, dataversion, data }: Pick<RecordedEvent, 'type' | 'dataversion' | 'data'>,
  steps = upcasters,
): unknown => (steps[type] ?? []).slice(dataversion - 1).reduce((older, lift) => lift(older), data)
