import { z } from 'zod'
import { bounds } from '../bounds.ts'
import { commentFlags, initialFlags } from '../events/comment-flags.ts'
import {
  type CommentState,
  commentAuthor,
  commentContent,
  takeDownReason,
  verdictStatus,
} from '../events/comments.ts'
import { emailAddress, entityId, line, text, timestamp, webAddress } from '../text.ts'
import { isVisibleMarkdown, visibleLine } from '../visible.ts'
import { changeYetToCome, importKey } from './imports.ts'

const author = z.strictObject({
  name: line({ charsMin: 1, charsMax: bounds.nameCharsMax }),
  url: webAddress.nullable().default(null),
})
const writtenContent = commentContent.refine(isVisibleMarkdown, 'must show something')

/** `POST /posts/:id/comments`. `author` is who a guest says to be, and of no effect for people, who go by their own name; the e-mail is for the blog's owner alone, and never shown. */
export const createComment = z.strictObject({
  content: writtenContent,
  parentId: entityId.nullable().default(null),
  author: author
    .extend({
      name: visibleLine({ charsMin: 1, charsMax: bounds.nameCharsMax }),
      email: emailAddress.nullable().default(null),
    })
    .nullable()
    .default(null),
})
export type CreateComment = z.input<typeof createComment>

/** `PATCH /comments/:id`. The new text is judged again. */
export const editComment = z.strictObject({ content: writtenContent })

/** `POST /comments/:id/take-down`. */
export const takeDownComment = z.strictObject({ reason: takeDownReason })

/** `PUT /comments/:id/vote`. 0 withdraws. */
export const voteOnComment = z.strictObject({
  value: z.union([z.literal(1), z.literal(0), z.literal(-1)], 'must be 1, 0 or -1'),
})
export type VoteValue = z.infer<typeof voteOnComment>['value']

/** `PUT /comments/:id/promoted` and its like. */
export const setPromoted = z.strictObject({ promoted: z.boolean() })
export const setSearchable = z.strictObject({ searchable: z.boolean() })
export const setAdvertised = z.strictObject({ advertised: z.boolean() })
export const setAnonymized = z.strictObject({ anonymized: z.boolean() })

/** One item of `POST /imports` at comments; `postKey` and `parentKey` are the keys that posts and comments came with. */
export const importComment = z.strictObject({
  key: importKey,
  postKey: importKey,
  /** The post itself, where it did not come by that key. */
  postId: entityId.optional(),
  parentKey: importKey.nullable(),
  author: author.nullable(),
  content: commentContent,
  createdAt: timestamp,
  /** When its text was changed, where it was. */
  editedAt: timestamp.nullable().default(null),
  /** The verdict it had where it came from. */
  status: verdictStatus,
  /** Why it had that verdict; empty for no reason, absent where it is not known. */
  reason: text({ charsMax: bounds.reasonCharsMax }).optional(),
  kind: z.literal('mention').optional(),
  promoted: commentFlags.shape.promoted.default(initialFlags.promoted),
  searchable: commentFlags.shape.searchable.default(initialFlags.searchable),
  advertised: commentFlags.shape.advertised.default(initialFlags.advertised),
  anonymized: commentFlags.shape.anonymized.default(initialFlags.anonymized),
})
export type ImportComment = z.input<typeof importComment>

/** The same, as it can be imported at this moment. */
export const importCommentAt = (now: Date) =>
  importComment.superRefine(({ editedAt, createdAt }, context) => {
    const message = changeYetToCome(editedAt, { writtenAt: [createdAt], now })
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['editedAt'], message })
  })

/** A comment as the public sees it: what may not be shown is null. */
export const publicComment = z.object({
  id: entityId,
  postId: entityId,
  parentId: entityId.nullable(),
  status: z.enum([...verdictStatus.options, 'deleted']),
  /** Set for a page elsewhere that mentions the post; its author’s `url` is the page. */
  kind: z.literal('mention').optional(),
  author: commentAuthor.omit({ email: true }).nullable(),
  content: z.string().nullable(),
  /** Why it has its verdict, which may quote the text: null for all but its writer and moderators. */
  reason: z.string().nullable(),
  score: z.number().int(),
  ...commentFlags.shape,
  revision: z.number().int(),
  createdAt: timestamp,
  editedAt: timestamp.nullable(),
})
export type PublicComment = z.infer<typeof publicComment>

interface Sees {
  text: boolean
  /** The author too, where the comment is shown without. */
  author: boolean
  reason: boolean
}

const formOf = (state: CommentState, sees: Sees): PublicComment => {
  const { id, postId, parentId, status, createdAt } = state
  const live = state.status === 'deleted' ? undefined : state
  const { author: itsAuthor = null, content = null } = (sees.text && live) || {}
  const { promoted, searchable, advertised, anonymized } = live ?? initialFlags
  const author = anonymized && !sees.author ? null : itsAuthor
  const isShown = status === 'approved'
  return {
    ...{ id, postId, parentId, status },
    ...(live?.kind === undefined ? {} : { kind: live.kind }),
    author: author && { name: author.name, url: author.url },
    content,
    reason: sees.reason ? (live?.reason ?? null) : null,
    score: live?.score ?? 0,
    ...{ promoted: promoted && isShown, searchable, advertised: advertised && isShown, anonymized },
    revision: live?.revision ?? 1,
    createdAt,
    editedAt: live?.editedAt ?? null,
  }
}

/** A comment as its writer and moderators see it, whatever its status. Who they are, and their e-mail, stay out of every answer. */
export const commentForWriter = (state: CommentState): PublicComment =>
  formOf(state, { text: true, author: true, reason: true })

/**
 * A comment as everyone sees it: without approval it keeps its place, without its text and its author; an anonymized one has no author. The reason of a verdict may quote the
 * text, so that only its writer and moderators see it.
 */
export const commentForPublic = (state: CommentState): PublicComment =>
  formOf(state, { text: state.status === 'approved', author: false, reason: false })
