import { z } from 'zod'
import { entityId, timestamp } from '../text.ts'

/** A piece of text with matches marked. Text, not HTML: escape it when you show it. */
export const textPart = z.object({ text: z.string(), marked: z.boolean() })
export type TextPart = z.infer<typeof textPart>

/** One entry of `GET /search?q=`, best first: a post, a page, or an approved comment with the post that it stands below. */
export const searchHit = z.object({
  kind: z.enum(['post', 'page', 'comment']),
  id: entityId,
  postId: entityId,
  slug: z.string(),
  title: z.array(textPart),
  authorName: z.string().nullable(),
  /** When it was published or written. */
  at: timestamp,
  snippet: z.array(textPart),
})
export type SearchHit = z.infer<typeof searchHit>
