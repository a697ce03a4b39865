import { z } from 'zod'
import { entityId } from '../text.ts'

const digestPost = z.object({ id: entityId, slug: z.string(), title: z.string() })
const digestComment = z.object({
  id: entityId,
  author: z.string().nullable(),
  excerpt: z.string(),
  score: z.number().int(),
  post: digestPost,
})

/** A post that is related to one of the digest, `to`, with the reason that the page of that post says. */
const digestRelated = z.object({ slug: z.string(), title: z.string(), reason: z.string(), to: digestPost })
export type DigestRelated = z.infer<typeof digestRelated>

/** The digest of a week, of what may be shown now. `week` is the Monday that it begins with. */
export const digestAnswer = z.object({
  week: z.iso.date(),
  timeZone: z.string(),
  /** The most read posts first, without their counts. */
  mostRead: z.array(digestPost),
  /** The most discussed posts first. */
  posts: z.array(digestPost.extend({ comments: z.number().int() })),
  /** Comments that a writer or moderator has featured. */
  featured: z.array(digestComment),
  /** The best comments by their votes. */
  comments: z.array(digestComment),
  /** What to read next; empty for digests as they were in the past. */
  related: z.array(digestRelated),
})
export type DigestAnswer = z.infer<typeof digestAnswer>
export type DigestComment = z.infer<typeof digestComment>
