import { z } from 'zod'
import { verdictStatus } from '../events/comments.ts'
import { timestamp } from '../text.ts'

/**
 * One thing that happened to a comment: what it was, in words, and what it led to. It names no person and quotes no text, so it is
 * the same for every caller.
 */
export const commentHistoryEntry = z.object({
  id: z.string(),
  type: z.string(),
  time: timestamp,
  position: z.number().int(),
  /** The entry that this one answers, or the id of an event elsewhere; null for what somebody did. */
  cause: z.string().nullable(),
  /** What the comment was from then on; null where this changed nothing, such as a verdict on a text that had changed. */
  status: z.enum([...verdictStatus.options, 'deleted']).nullable(),
  says: z.string(),
})
export type CommentHistoryEntry = z.infer<typeof commentHistoryEntry>
