import { z } from 'zod'
import { doer } from '../events/doer.ts'
import { postState } from '../events/posts.ts'
import { timestamp } from '../text.ts'

/** What an author changes about a post, and what becomes of it. */
export const postField = z.enum([
  'title',
  'slug',
  'excerpt',
  'tags',
  'kind',
  'cover',
  'coverAlt',
  'commentsClosed',
  'publishAt',
  'content',
  'status',
])
export type PostField = z.infer<typeof postField>

/** One thing that happened to a post: a fact of its stream, in words, and what it led to. */
export const postHistoryEntry = z.object({
  id: z.string(),
  type: z.string(),
  time: timestamp,
  position: z.number().int(),
  /** The version that began with it: what `GET /posts/:id/history/:version` and `GET /posts/:id/diff` take. */
  version: z.number().int(),
  /** The request that it came with, the same for all that one request did. */
  correlationId: z.string().optional(),
  /** The event that it answers; null for what somebody did. */
  cause: z.string().nullable(),
  /** The person who did it; null where it was no person, or was not recorded. The name is null after an erasure. */
  by: doer.nullable(),
  /** What the post was from then on. */
  status: z.enum(['draft', 'published', 'deleted']),
  changed: z.array(postField),
  says: z.string(),
  data: z.unknown(),
})
export type PostHistoryEntry = z.infer<typeof postHistoryEntry>

/** `GET /posts/:id/history/:version`: the post as it was from this version on. */
export const postVersion = z.object({ version: z.number().int(), time: timestamp, post: postState })
export type PostVersion = z.infer<typeof postVersion>

export const diffPart = z.object({ kind: z.enum(['same', 'removed', 'added']), text: z.string() })
export type DiffPart = z.infer<typeof diffPart>

/** Whole lines that stayed, how many lines of those were left out, or lines that changed. */
export const diffBlock = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('same'), text: z.string() }),
  z.object({ kind: z.literal('skipped'), lines: z.number().int() }),
  z.object({ kind: z.literal('changed'), parts: z.array(diffPart) }),
])
export type DiffBlock = z.infer<typeof diffBlock>

const side = z.object({ version: z.number().int(), time: timestamp })

/** `GET /posts/:id/diff?from=&to=`: what changed between two versions. Fields that did not are left out. */
export const postDiff = z.object({
  from: side,
  to: side,
  /** Every field but the text. Of tags, each part is a tag. */
  fields: z.array(z.object({ field: postField.exclude(['content']), parts: z.array(diffPart) })),
  /** Empty where the text is the same. */
  content: z.array(diffBlock),
})
export type PostDiff = z.infer<typeof postDiff>
