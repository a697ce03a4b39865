import type { EventData, LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import type { TopicText } from '../related/topics.ts'
import { plainText } from './plain-text.ts'
import { withBounds } from './word-bounds.ts'

/** The indexed texts, as `withBounds` returns them. */
export interface Words {
  title: string
  tags: string
  body: string
}

/** A post or comment in the index; `words` is null if it must not be found. */
export interface SearchDocument {
  id: string
  postId: string
  parentId: string | null
  kind: 'post' | 'page' | 'comment'
  at: string
  slug: string
  authorName: string | null
  personId: string | null
  /** The revision of a comment's text; 1 for posts. */
  revision: number
  words: Words | null
  /** What the topics of a post are taken from; null for pages, for comments and without words. */
  topical: TopicText | null
}

const nothing = {
  at: '',
  slug: '',
  authorName: null,
  personId: null,
  revision: 1,
  words: null,
  topical: null,
}

const docOfPost = (data: EventData<'PostCreated' | 'PostUpdated'>): SearchDocument => {
  const place = { id: data.id, postId: data.id, parentId: null }
  if (data.status !== 'published') return { ...place, kind: 'post', ...nothing }
  const { kind, publishedAt: at, slug, authorName, authorId: personId, title, tags, content } = data
  // The address is searched like a tag.
  const named = [...tags, slug.replaceAll('-', ' ')].join(' ')
  const text = { title: plainText(title), tags, body: plainText(content) }
  const words = { title: withBounds(text.title), tags: withBounds(named), body: withBounds(text.body) }
  const topical = kind === 'post' ? text : null
  return { ...place, kind, at, slug, authorName, personId, revision: 1, words, topical }
}

const docOfComment = (data: EventData<'CommentCreated' | 'CommentUpdated'>): SearchDocument => {
  const { id, postId, parentId } = data
  const place = { id, postId, parentId, kind: 'comment' } as const
  const revision = 'revision' in data ? data.revision : 1
  if (data.status !== 'approved' || data.erased || !data.searchable) return { ...place, ...nothing, revision }
  return {
    ...place,
    at: data.createdAt,
    slug: '',
    authorName: data.anonymized ? null : (data.author?.name ?? null),
    personId: data.authorId,
    revision,
    words: { title: '', tags: '', body: withBounds(plainText(data.content)) },
    topical: null,
  }
}

/** Undefined for an event that is none of these. */
export const documentOf = (event: LogbookEvent): SearchDocument | undefined => {
  switch (event.type) {
    case 'PostCreated':
    case 'PostUpdated':
      return docOfPost(event.data)
    case 'CommentCreated':
    case 'CommentUpdated':
      return docOfComment(event.data)
    default:
      return undefined
  }
}
