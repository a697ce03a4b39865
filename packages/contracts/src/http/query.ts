import { z } from 'zod'
import { postKind } from '../events/posts.ts'
import { entityId, timestamp } from '../text.ts'
import { publicComment } from './comments.ts'

const head = z.object({
  id: entityId,
  slug: z.string(),
  kind: postKind,
  title: z.string(),
  tags: z.array(z.string()),
  authorName: z.string().nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
  publishedAt: timestamp,
  /** The post stream's version, for If-Match. */
  version: z.number().int(),
  readingMinutes: z.number().int(),
  /** Approved comments only. */
  commentCount: z.number().int(),
})

/** One entry of `GET /posts`, newest first. `comments` holds the latest few approved ones, oldest first. */
export const postSummary = head.extend({ excerpt: z.string(), comments: z.array(publicComment) })
export type PostSummary = z.infer<typeof postSummary>

/** A post as others name it: beside them, related to them, or near to an address that is not there. */
export const postName = z.object({ slug: z.string(), title: z.string() })
export type PostName = z.infer<typeof postName>

/**
 * `GET /posts/:idOrSlug`: all that a page needs. `comments` is the whole thread, flat, in order of creation; a reply names
 * its parent, which always stands before it. A deleted comment is there only while something visible answers it.
 */
export const postPage = head.extend({
  excerpt: z.string().nullable(),
  content: z.string(),
  comments: z.array(publicComment),
  /** The post published before this one, and after it. */
  previous: postName.nullable(),
  next: postName.nullable(),
  /** Those with which it shares the most tags. */
  related: z.array(postName),
})
export type PostPage = z.infer<typeof postPage>

/** `GET /archive`: how many posts there are, the latest month and the most used tag first. */
export const monthCount = z.object({ month: z.string().regex(/^-?\d{4,6}-\d\d$/), count: z.number().int() })
export type MonthCount = z.infer<typeof monthCount>

/** `GET /tags`. */
export const tagCount = z.object({ tag: z.string(), count: z.number().int() })
export type TagCount = z.infer<typeof tagCount>

export const archive = z.object({ months: z.array(monthCount), tags: z.array(tagCount) })
export type Archive = z.infer<typeof archive>

/** One message of `GET /changes?post=…` (server-sent events; the SSE event name is `kind`, the id is the position). */
export const change = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('comment'), comment: publicComment }),
  z.object({ kind: z.literal('post'), id: entityId, slug: z.string(), version: z.number().int() }),
  z.object({ kind: z.literal('post-removed'), id: entityId }),
])
export type Change = z.infer<typeof change>
