import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import type { Doer } from '@logbook/contracts/events/doer.ts'
import type { LivePost } from '@logbook/contracts/events/posts.ts'
import { type PostField, postField } from '@logbook/contracts/http/post-history.ts'
import { timeWords } from '../domain/diff.ts'
import type { Post, PostEvent, WritablePost } from '../domain/post.ts'

/** An action on a post. Summaries repeat the facts, reservations of slugs are on streams of their own, and a text that waits is as it was. */
export type PostFact = Exclude<PostEvent, { type: 'PostUpdated' | 'PostPicturesAwaited' | 'SlugReserved' }>

export const isFact = (event: PostEvent): event is PostFact =>
  event.type !== 'PostUpdated' && event.type !== 'PostPicturesAwaited' && event.type !== 'SlugReserved'

/** A fact, with the state of the post before and after it. */
export interface Step {
  fact: PostFact
  before: Post
  after: Post
  /** Its text was taken down later. */
  isWithheld: boolean
}

export const isText = (post: Post): post is LivePost & WritablePost =>
  post.status === 'draft' || post.status === 'published'

export const changedIn = ({ fact, before, after }: Omit<Step, 'isWithheld'>): PostField[] => {
  if (!isText(before) || !isText(after)) return []
  const fields = fact.type === 'PostEdited' ? postField.options : (['status'] as const)
  return fields.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
}

/** Everything that an author writes in a post, as one string for comparison; undefined for a deleted post. */
export const wordsOf = (post: Post): string | undefined =>
  isText(post) ? JSON.stringify([post.title, post.content, post.excerpt, post.tags]) : undefined

/** The person who did it; null if it was no person, or is not recorded. */
export const doerOfFact = (fact: PostFact): Doer | null => {
  if (fact.type !== 'PostCreated') return fact.data.by
  const { authorId: id, authorName: name } = fact.data
  return id === null && name === null ? null : { id, name }
}

const byWords = (by: Doer | null): string => {
  if (by === null) return ''
  return by.name === null ? ' by someone who was erased' : ` by ${by.name}`
}

const quoted = (text: string): string => `“${text}”`

const tagWords = (before: readonly string[], after: readonly string[]): string => {
  const added = after.filter((tag) => !before.includes(tag)).map(quoted)
  const removed = before.filter((tag) => !after.includes(tag)).map(quoted)
  if (added.length + removed.length === 0) return 'tags put in another order'
  return [
    ...(added.length > 0 ? [`tagged ${added.join(', ')}`] : []),
    ...(removed.length > 0 ? [`no longer tagged ${removed.join(', ')}`] : []),
  ].join(', ')
}

const addedOrNot = (what: string, before: string | null, after: string | null): string => {
  if (after === null) return `${what} taken away`
  return before === null ? `${what} added` : `${what} changed`
}

const editWords = ({ fact, before, after }: Omit<Step, 'isWithheld'>): string[] => {
  if (!isText(before) || !isText(after)) return []
  const wordsFor: Record<Exclude<PostField, 'status'>, () => string> = {
    title: () => `title changed from ${quoted(before.title)} to ${quoted(after.title)}`,
    slug: () => `address changed from ${before.slug} to ${after.slug}`,
    excerpt: () => addedOrNot('excerpt', before.excerpt, after.excerpt),
    tags: () => tagWords(before.tags, after.tags),
    cover: () => addedOrNot('cover', before.cover, after.cover),
    kind: () => `made a ${after.kind}`,
    coverAlt: () => addedOrNot('words of the cover', before.coverAlt || null, after.coverAlt || null),
    commentsClosed: () => (after.commentsClosed ? 'comments closed' : 'comments opened'),
    publishAt: () =>
      after.publishAt
        ? `to be published at ${timeWords(after.publishAt)}`
        : 'no longer to be published by itself',
    content: () => 'text changed',
  }
  return changedIn({ fact, before, after }).flatMap((field) =>
    field === 'status' ? [] : [wordsFor[field]()],
  )
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** A single change is the sentence; several are listed after it. */
const editSentence = (step: Omit<Step, 'isWithheld'> & { fact: LogbookEvent<'PostEdited'> }): string => {
  if (step.fact.data.placed) return 'Pictures of the import came'
  const [first, ...others] = editWords(step)
  const by = byWords(step.fact.data.by)
  if (first === undefined) return `Edited${by}`
  return others.length === 0 ? capital(first) + by : `Edited${by}: ${[first, ...others].join('; ')}`
}

const takeDownSentence = ({ texts, reason }: LogbookEvent<'PostTakenDown'>['data'], by: string): string =>
  `${texts === 'all' ? 'Taken down' : 'Earlier texts were taken down'}${by}: ${reason}`

/** The action and who did it, without any of the text that was taken down later. */
const withheldSentence = (fact: PostFact): string =>
  `${plainWords[fact.type]}${byWords(doerOfFact(fact))}; the text was taken down`

const plainWords: Readonly<Record<PostFact['type'], string>> = {
  PostCreated: 'Written',
  PostEdited: 'Edited',
  PostPublished: 'Published',
  PostUnpublished: 'Made a draft again',
  PostDeleted: 'Deleted',
  PostTakenDown: 'Taken down',
}

const publishedWords = (before: Post, by: Doer | null): string => {
  const words = isText(before) && before.publishedAt !== null ? 'Published again' : 'Published'
  return by === null && isText(before) && before.publishAt ? `${words} at the time that was set` : words
}

/** One sentence on a fact: the action and who did it. `sameAs` is an earlier version with the same words. */
export const sentenceOf = (step: Step, sameAs: number | undefined): string => {
  if (step.isWithheld) return withheldSentence(step.fact)
  const { fact, before, after } = step
  const by = byWords(doerOfFact(fact))
  // A fact that does not fit the state, such as an edit after the deletion, is in the log but has no effect.
  if (before === after) return `Nothing changed${by}`
  switch (fact.type) {
    case 'PostCreated':
      return `${fact.data.status === 'draft' ? 'Written as a draft' : 'Written and published'}${by}`
    case 'PostEdited': {
      const says = editSentence({ fact, before, after })
      return sameAs === undefined ? says : `${says}; the words are again those of version ${sameAs}`
    }
    case 'PostPublished':
      return `${publishedWords(before, fact.data.by)}${by}`
    case 'PostUnpublished':
      return `Made a draft again${by}`
    case 'PostDeleted':
      return `Deleted${by}`
    case 'PostTakenDown':
      return takeDownSentence(fact.data, by)
    default:
      return fact satisfies never
  }
}
