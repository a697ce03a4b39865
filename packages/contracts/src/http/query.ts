import { z } from 'zod'
import { type PostState, postKind } from '../events/posts.ts'
import { entityId, timestamp } from '../text.ts'
import { publicComment } from './comments.ts'

const postHead = z.object({
  id: entityId,
  slug: z.string(),
  kind: postKind,
  title: z.string(),
  tags: z.array(z.string()),
  /** A picture that stands for it. */
  cover: z.string().nullable(),
  /** What the picture shows, in words; may be empty. */
  coverAlt: z.string(),
  commentsClosed: z.boolean(),
  authorName: z.string().nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
  publishedAt: timestamp,
  /** The post stream's version, for If-Match. */
  version: z.number().int(),
})
export type PostHead = z.infer<typeof postHead>

const namesOfHead = Object.keys(postHead.omit({ version: true }).shape) as (keyof PostState &
  keyof PostHead)[]

/** What everyone sees of a published post that follows from its state alone. `version` is that of its stream. */
export const publicHead = (post: Extract<PostState, { status: 'published' }>, version: number): PostHead =>
  ({ ...Object.fromEntries(namesOfHead.map((name) => [name, post[name]])), version }) as PostHead

const head = postHead.extend({
  /** The address of the author's picture; null without one, and of the past. */
  authorPicture: z.string().nullable(),
  readingMinutes: z.number().int(),
  /** Approved comments only. */
  commentCount: z.number().int(),
})

/**
 * One entry of `GET /posts`, newest first. `comments` holds the latest few approved ones, oldest first; `isSigned` says
 * that the blog has posts of several authors, so that lists name them.
 */
export const postSummary = head.extend({
  excerpt: z.string(),
  isSigned: z.boolean(),
  comments: z.array(publicComment),
})
export type PostSummary = z.infer<typeof postSummary>

/** `GET /former-addresses?path=`: the post that stood at an address elsewhere before it came here. */
export const movedPost = z.object({ id: entityId, slug: z.string() })
export type MovedPost = z.infer<typeof movedPost>

/** A post as others name it: beside them, related to them, or near to an address that is not there. */
export const postName = z.object({ slug: z.string(), title: z.string() })
export type PostName = z.infer<typeof postName>

/** One entry of `GET /featured`: an approved comment that a writer or moderator has featured, and the post that it is on. */
export const featuredComment = publicComment.extend({ post: postName })
export type FeaturedComment = z.infer<typeof featuredComment>

/** A post that is related to another one, and why, as a sentence for readers. */
export const relatedPost = postName.extend({ reason: z.string() })
export type RelatedPost = z.infer<typeof relatedPost>

/**
 * A comment among others: how many replies to it can be read, and where those that are not on this page go on. `viewer` is there
 * where the caller wrote it or voted on it.
 */
export const threadComment = publicComment.extend({
  replies: z.number().int(),
  /** Approved comments below it, at any depth: replies, replies to these, and so on. */
  below: z.number().int(),
  more: z.string().nullable(),
  /** The address of the author's picture, where they have one. */
  authorPicture: z.string().optional(),
  viewer: z.object({ own: z.boolean(), vote: z.union([z.literal(1), z.literal(-1)]).nullable() }).optional(),
})
export type ThreadComment = z.infer<typeof threadComment>

export const threadSort = z.enum(['newest', 'oldest', 'best'])
export type ThreadSort = z.infer<typeof threadSort>

/**
 * `GET /posts/:idOrSlug?sort=&comments=&comment=`: all that a page needs. `comments` is the first page of its threads, the one after
 * the cursor `comments`, or the one that holds the comment with the id `comment`, flat, in order of creation; a reply that can be read names its parent, which stands before it. A deleted
 * comment is there only while something visible answers it. More come from `GET /posts/:idOrSlug/thread?sort=&cursor=`, more
 * replies with `parent`: arrays of the same kind, `Link: rel="next"`.
 */
export const postPage = head.extend({
  excerpt: z.string().nullable(),
  content: z.string(),
  comments: z.array(threadComment),
  thread: z.object({
    /** The cursor of more threads. */
    next: z.string().nullable(),
    /** Comments that wait for a moderator, and that were not published. */
    waiting: z.number().int(),
    unpublished: z.number().int(),
  }),
  /** The comments that are quoted beside it, the newest first. */
  quotes: z.array(publicComment),
  /** The post published before this one, and after it. */
  previous: postName.nullable(),
  next: postName.nullable(),
  /** Posts on the same topics, or with several readers in common who took part in both. None of the past. */
  related: z.array(relatedPost),
  /** Only for a guest or a person: their own comments that are not public, with their texts; the latest change first. */
  viewer: z.object({ comments: z.array(publicComment) }).optional(),
})
export type PostPage = z.infer<typeof postPage>

/** `GET /marks`: the posts whose page has something for the caller alone, their own comments or votes; null where there are too many to name. */
export const marks = z.object({ posts: z.array(entityId).nullable() })
export type Marks = z.infer<typeof marks>

/** `GET /archive`: how many posts there are, the latest month and the most used tag first. */
export const monthCount = z.object({ month: z.string().regex(/^-?\d{4,6}-\d\d$/), count: z.number().int() })
export type MonthCount = z.infer<typeof monthCount>

/** `GET /tags`. `slug` is what the tag goes by in addresses: `/tags/<slug>`, `?tag=<slug>`; tags of one slug count as one. */
export const tagCount = z.object({ tag: z.string(), slug: z.string(), count: z.number().int() })
export type TagCount = z.infer<typeof tagCount>

/** `GET /authors`. `slug` is what the author goes by in addresses: `/authors/<slug>`, `?author=<slug>`; `name` is that of the latest post. */
export const authorCount = z.object({ name: z.string(), slug: z.string(), count: z.number().int() })
export type AuthorCount = z.infer<typeof authorCount>

export const archive = z.object({ months: z.array(monthCount), tags: z.array(tagCount) })
export type Archive = z.infer<typeof archive>

/** One message of `GET /changes?post=…` (server-sent events; the SSE event name is `kind`, the id is the position). */
export const change = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('comment'), comment: publicComment }),
  z.object({ kind: z.literal('post'), id: entityId, slug: z.string(), version: z.number().int() }),
  z.object({ kind: z.literal('post-removed'), id: entityId }),
])
export type Change = z.infer<typeof change>

/** `GET /changes/missed`: what became of a post up to a position of the log. */
export const missedChanges = z.object({
  post: entityId,
  position: z.number().int(),
  /** Too much to tell: the page is to be loaded again. */
  reload: z.boolean(),
  changes: z.array(z.object({ position: z.number().int(), change })),
})
export type MissedChanges = z.infer<typeof missedChanges>
