import { z } from 'zod'
import { bounds } from '../bounds.ts'
import { emailAddress, entityId, line, text, timestamp, webAddress } from '../text.ts'
import { doer } from './doer.ts'

export const verdictStatus = z.enum(['pending', 'approved', 'rejected'])
export type VerdictStatus = z.infer<typeof verdictStatus>

/** Who a comment is by, as they said themselves. The e-mail is never shown to anyone. */
export const commentAuthor = z.object({
  name: line({ charsMin: 1, charsMax: bounds.nameCharsMax }),
  url: webAddress.nullable(),
  email: emailAddress.nullable(),
})
export const commentContent = text({ charsMin: 1, charsMax: bounds.commentCharsMax })

/** The account, the guest, or the id given to an author from elsewhere; null for comments from before there were any. */
const authorId = entityId.nullable()
/** Set where the author was erased: `author` is null then, and `content` stands for nothing. */
const erased = z.literal(true).optional()
const base = z.object({
  id: entityId,
  postId: entityId,
  parentId: entityId.nullable(),
  authorId,
  createdAt: timestamp,
})

/** A comment's full state, the data of a summary. It is not public: views blank what may not be shown. */
export const commentState = z.discriminatedUnion('status', [
  base.extend({
    status: verdictStatus,
    author: commentAuthor.nullable(),
    content: commentContent,
    /** Counts the texts this comment has had, from 1: a verdict on an older text does not bind the newer one. */
    revision: z.number().int().min(1),
    /** Why the present verdict, in words for the reader. */
    reason: text({ charsMax: bounds.reasonCharsMax }).nullable(),
    score: z.number().int(),
    promoted: z.boolean(),
    editedAt: timestamp.nullable(),
  }),
  base.extend({ status: z.literal('deleted'), deletedAt: timestamp }),
])
export type CommentState = z.infer<typeof commentState>
export type LiveComment = Exclude<CommentState, { status: 'deleted' }>

/** Why a text was taken down, for its writer and for moderators. */
export const takeDownReason = text({ charsMin: 1, charsMax: bounds.reasonCharsMax })

const vote = z.object({ id: entityId, voterId: entityId })

export const commentEvents = {
  /** Always pending. `priorVerdict` is what an imported comment was elsewhere; moderation keeps it instead of judging. */
  CommentCreated: base.extend({
    status: z.literal('pending'),
    author: commentAuthor.nullable(),
    content: commentContent,
    priorVerdict: verdictStatus.optional(),
    erased,
  }),
  CommentEdited: z.object({
    id: entityId,
    postId: entityId,
    authorId,
    content: commentContent,
    revision: z.number().int().min(2),
    editedAt: timestamp,
    erased,
  }),
  CommentUpvoted: vote,
  CommentDownvoted: vote,
  CommentVoteWithdrawn: vote,
  CommentPromoted: z.object({ id: entityId }),
  /** `by` is null where nobody wrote down who. */
  CommentDeleted: z.object({
    id: entityId,
    deletedAt: timestamp,
    by: z.enum(['author', 'moderator']).nullable(),
  }),
  /** Every text that it had is withheld from every view, of now and of then. The summary beside it is that of a deleted comment. */
  CommentTakenDown: z.object({
    id: entityId,
    takenDownAt: timestamp,
    by: doer.nullable(),
    reason: takeDownReason,
  }),
  /** The summary. `cause` is the id of the fact behind it: this service's own, or moderation's verdict. */
  CommentUpdated: z.discriminatedUnion('status', [
    commentState.options[0].extend({ cause: z.string(), erased }),
    commentState.options[1].extend({ cause: z.string() }),
  ]),
} as const

export const commentSubject = (id: string): string => `comment-${id}`
