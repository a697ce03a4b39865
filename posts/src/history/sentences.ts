import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import type { Doer } from '@logbook/contracts/events/doer.ts'
import type { LivePost } from '@logbook/contracts/events/posts.ts'
import { type PostField, postField } from '@logbook/contracts/http/post-history.ts'
import type { Post, PostEvent, WritablePost } from '../domain/post.ts'

/** What somebody did to a post; summaries say the same again, and a slug stands on a stream of its own. */
export type PostFact = Exclude<PostEvent, { type: 'PostUpdated' | 'SlugReserved' }>

/** A fact with the post as it was before and after it. */
export interface Step {
  fact: PostFact
  before: Post
  after: Post
  /** What it said was taken down later. */
  isWithheld: boolean
}

export const isText = (post: Post): post is LivePost & WritablePost =>
  post.status === 'draft' || post.status === 'published'

export const changedIn = ({ fact, before, after }: Omit<Step, 'isWithheld'>): PostField[] => {
  if (!isText(before) || !isText(after)) return []
  const fields = fact.type === 'PostEdited' ? postField.options : (['status'] as const)
  return fields.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
}

/** What of a post an author writes, as one string; nothing for a post that is gone. */
export const wordsOf = (post: Post): string | undefined =>
  isText(post) ? JSON.stringify([post.title, post.content, post.excerpt, post.tags]) : undefined

/** Who did it; null where it was no person, or nobody wrote down who. */
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
    content: () => 'text changed',
  }
  return changedIn({ fact, before, after }).flatMap((field) =>
    field === 'status' ? [] : [wordsFor[field]()],
  )
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** One change is the sentence; several follow it. */
const editSays = (step: Omit<Step, 'isWithheld'> & { fact: LogbookEvent<'PostEdited'> }): string => {
  const [first, ...others] = editWords(step)
  const by = byWords(step.fact.data.by)
  if (first === undefined) return `Edited${by}`
  return others.length === 0 ? capital(first) + by : `Edited${by}: ${[first, ...others].join('; ')}`
}

const takenDownSays = ({ texts, reason }: LogbookEvent<'PostTakenDown'>['data'], by: string): string =>
  `${texts === 'all' ? 'Taken down' : 'Earlier texts were taken down'}${by}: ${reason}`

/** On a fact whose text was taken down: what was done and by whom, and none of its words. */
export const withheldSays = (fact: PostFact): string =>
  `${plainWords[fact.type]}${byWords(doerOfFact(fact))}; the text was taken down`

const plainWords: Readonly<Record<PostFact['type'], string>> = {
  PostCreated: 'Written',
  PostEdited: 'Edited',
  PostPublished: 'Published',
  PostUnpublished: 'Made a draft again',
  PostDeleted: 'Deleted',
  PostTakenDown: 'Taken down',
}

/** One sentence on a fact: what was done and by whom. `sameAs` is an earlier version whose words are these. */
export const saysOf = (step: Step, sameAs: number | undefined): string => {
  const { fact, before, after } = step
  const by = byWords(doerOfFact(fact))
  // What a post has no room for, such as an edit once it was deleted, stands in the log all the same.
  if (before === after) return `Nothing changed${by}`
  switch (fact.type) {
    case 'PostCreated':
      return `${fact.data.status === 'draft' ? 'Written as a draft' : 'Written and published'}${by}`
    case 'PostEdited': {
      const says = editSays({ fact, before, after })
      return sameAs === undefined ? says : `${says}; the words are again those of version ${sameAs}`
    }
    case 'PostPublished':
      return `${isText(before) && before.publishedAt !== null ? 'Published again' : 'Published'}${by}`
    case 'PostUnpublished':
      return `Made a draft again${by}`
    case 'PostDeleted':
      return `Deleted${by}`
    case 'PostTakenDown':
      return takenDownSays(fact.data, by)
    default:
      return fact satisfies never
  }
}
