import { z } from 'zod'
import { bounds } from '../bounds.ts'
import { emailAddress, entityId, line, text, timestamp, webAddress } from '../text.ts'
import { commentFlags, flagSetter, initialFlags } from './comment-flags.ts'
import { defineEvent, eventsByType, onStream, streamName } from './define.ts'
import { doer, personalDoer } from './doer.ts'
import { byUnknown, isFields, lift } from './older-shapes.ts'

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
/** Set for a page elsewhere that mentions the post (a webmention): `author.url` is the page. */
const kind = z.literal('mention').optional()
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
    kind,
    author: commentAuthor.nullable(),
    content: commentContent,
    /** Counts the texts this comment has had, from 1: a verdict on an older text does not bind the newer one. */
    revision: z.number().int().min(1),
    /** Why the present verdict, in words for the reader. */
    reason: text({ charsMax: bounds.reasonCharsMax }).nullable(),
    score: z.number().int(),
    ...commentFlags.shape,
    editedAt: timestamp.nullable(),
  }),
  base.extend({ status: z.literal('deleted'), deletedAt: timestamp }),
])
export type CommentState = z.infer<typeof commentState>
export type LiveComment = Exclude<CommentState, { status: 'deleted' }>

/** Why a text was taken down, for its writer and for moderators. */
export const takeDownReason = text({ charsMin: 1, charsMax: bounds.reasonCharsMax })

const vote = z.object({ id: entityId, voterId: entityId })
const flagged = { id: entityId, by: flagSetter }

/** Who wrote a comment stood within its author; there is an e-mail now. */
const authorBeside = lift((data) => {
  const { author } = data
  if (!isFields(author)) return { authorId: null, ...data }
  const { id = null, ...said } = author
  return { ...data, authorId: id, author: { ...said, email: null } }
})

/** A comment was promoted by a moderator once and for all, and had no other flags. */
const promotedForGood = lift((data) => ({ promoted: true, by: 'moderator', ...data }))
const withFlags = lift((data) => (data.status === 'deleted' ? data : { ...initialFlags, ...data }))

/** A comment whose author is gone is only a place in its thread. */
const written = {
  owner: (data: { authorId: string | null }) => data.authorId,
  erased: () => ({ author: null, content: '[erased]', erased: true }),
}

/** What a comment begins with, beside what its writer sent. */
const asNew = { revision: 1, reason: null, score: 0, ...initialFlags } as const

type Place = Pick<CommentState, 'id' | 'postId' | 'parentId' | 'authorId' | 'createdAt'>

/** What is left of a comment whose author was erased: its place. When that was, the comment does not know. */
export const commentTombstone = ({ id, postId, parentId, authorId, createdAt }: Place): CommentState => ({
  ...{ id, postId, parentId, authorId, createdAt },
  status: 'deleted',
  deletedAt: createdAt,
})

export const commentSubject = streamName('comment-{commentId}')
const comment = { by: ['comments'], stream: onStream(commentSubject, 'id') } as const

export const commentEvents = eventsByType(
  /**
   * Always pending. `priorVerdict` is what an imported comment was elsewhere, and `priorReason` why; moderation keeps them instead of judging.
   * `editedAt` is when its text was changed there.
   */
  defineEvent('CommentCreated', {
    ...comment,
    summary: 'Someone commented on a post; the comment awaits its verdict.',
    data: base.extend({
      status: z.literal('pending'),
      kind,
      author: commentAuthor.nullable(),
      content: commentContent,
      priorVerdict: verdictStatus.optional(),
      priorReason: text({ charsMax: bounds.reasonCharsMax }).optional(),
      editedAt: timestamp.optional(),
      erased,
    }),
    personal: {
      owner: written.owner,
      // A reason may quote the text.
      fields: ['author', 'content', 'priorReason'],
      erased: () => ({ ...written.erased(), priorReason: '' }),
    },
    upcasts: [authorBeside],
  }),
  defineEvent('CommentEdited', {
    ...comment,
    summary: 'The text of a comment changed, and is judged again.',
    data: z.object({
      id: entityId,
      postId: entityId,
      authorId,
      content: commentContent,
      revision: z.number().int().min(2),
      editedAt: timestamp,
      erased,
    }),
    personal: { ...written, fields: ['content'] },
    upcasts: [authorBeside],
  }),
  defineEvent('CommentUpvoted', {
    ...comment,
    summary: 'A reader voted for a comment.',
    data: vote,
    personal: 'none',
  }),
  defineEvent('CommentDownvoted', {
    ...comment,
    summary: 'A reader voted against a comment.',
    data: vote,
    personal: 'none',
  }),
  defineEvent('CommentVoteWithdrawn', {
    ...comment,
    summary: 'A reader took a vote back.',
    data: vote,
    personal: 'none',
  }),
  defineEvent('CommentPromoted', {
    ...comment,
    summary: 'A comment is featured, or no more.',
    data: z.object({ ...flagged, promoted: z.boolean() }),
    personal: 'none',
    upcasts: [promotedForGood],
  }),
  defineEvent('CommentSearchable', {
    ...comment,
    summary: 'A comment can be found in searches, or no more.',
    data: z.object({ ...flagged, searchable: z.boolean() }),
    personal: 'none',
  }),
  defineEvent('CommentAdvertised', {
    ...comment,
    summary: 'A comment is quoted beside its post, or no more.',
    data: z.object({ ...flagged, advertised: z.boolean() }),
    personal: 'none',
  }),
  defineEvent('CommentAnonymized', {
    ...comment,
    summary: 'A comment is shown without the name of its author, or with it again.',
    data: z.object({ ...flagged, anonymized: z.boolean() }),
    personal: 'none',
  }),
  /** `by` is null in events from before it was recorded. */
  defineEvent('CommentDeleted', {
    ...comment,
    summary: 'A comment is gone; replies keep its place.',
    data: z.object({
      id: entityId,
      deletedAt: timestamp,
      by: z.enum(['author', 'moderator']).nullable(),
    }),
    personal: 'none',
    upcasts: [byUnknown],
  }),
  /** Every text that it had is withheld from every view, of now and of then. The summary beside it is that of a deleted comment. */
  defineEvent('CommentTakenDown', {
    ...comment,
    summary: 'A moderator withheld every text of a comment, and why.',
    data: z.object({
      id: entityId,
      takenDownAt: timestamp,
      by: doer.nullable(),
      reason: takeDownReason,
    }),
    personal: personalDoer,
  }),
  /** The summary. `cause` is the id of the fact behind it: this service's own, or moderation's verdict. */
  defineEvent('CommentUpdated', {
    ...comment,
    summary: 'The full state after any of the changes of a comment, and what caused it.',
    data: z.discriminatedUnion('status', [
      commentState.options[0].extend({ cause: z.string(), erased }),
      commentState.options[1].extend({ cause: z.string() }),
    ]),
    personal: { ...written, fields: ['author', 'content'] },
    upcasts: [authorBeside, withFlags],
  }),
)

type SummaryData = z.infer<(typeof commentEvents)['CommentCreated' | 'CommentUpdated']['data']>

/** The state of a comment that one of its two summaries tells. It may have further members, those of the event. */
export const commentStateOf = (data: SummaryData): CommentState => {
  if (data.status === 'deleted') return data
  if (data.erased) return commentTombstone(data)
  if ('revision' in data) return data
  const { priorVerdict: _, priorReason: __, editedAt = null, ...created } = data
  return { ...created, ...asNew, editedAt }
}
