import type { EventData } from '../events/catalog.ts'
import { initialFlags } from '../events/comment-flags.ts'
import { commentStateOf } from '../events/comments.ts'
import { commentForPublic, type PublicComment } from '../http/comments.ts'
import { exampleDoer, examplePostId } from './posts.ts'
import { exampleOf } from './recorded.ts'

export const exampleCommentId = '01920000-0000-7000-8000-0000000000c1'
export const exampleVoterId = '01920000-0000-7000-8000-0000000000f1'
/** The id of the fact behind the example summaries. */
export const exampleCause = '01920000-0000-7000-8000-0000000000e1'

const base = {
  id: exampleCommentId,
  postId: examplePostId,
  parentId: null,
  authorId: exampleVoterId,
  createdAt: '2026-03-01T10:00:00.000Z',
} as const
const author = { name: 'A reader', url: null, email: null } as const
const content = 'I walked it *both ways*.'
const vote = { id: exampleCommentId, voterId: exampleVoterId }

type Live = Exclude<EventData<'CommentUpdated'>, { status: 'deleted' }>
type Deleted = Extract<EventData<'CommentUpdated'>, { status: 'deleted' }>

export const commentCreated = exampleOf('CommentCreated', { ...base, status: 'pending', author, content })

export const commentEdited = exampleOf('CommentEdited', {
  id: exampleCommentId,
  postId: examplePostId,
  authorId: exampleVoterId,
  content: 'I walked it one way.',
  revision: 2,
  editedAt: '2026-03-01T11:00:00.000Z',
})

export const commentUpvoted = exampleOf('CommentUpvoted', vote)
export const commentDownvoted = exampleOf('CommentDownvoted', vote)
export const commentVoteWithdrawn = exampleOf('CommentVoteWithdrawn', vote)

const setBy = { id: exampleCommentId, by: 'writer' } as const
export const commentPromoted = exampleOf('CommentPromoted', { ...setBy, promoted: true })
export const commentSearchable = exampleOf('CommentSearchable', { ...setBy, searchable: false })
export const commentAdvertised = exampleOf('CommentAdvertised', { ...setBy, advertised: true })
export const commentAnonymized = exampleOf('CommentAnonymized', {
  ...{ id: exampleCommentId, by: 'author' },
  anonymized: true,
})

export const commentDeleted = exampleOf('CommentDeleted', {
  id: exampleCommentId,
  deletedAt: '2026-03-02T10:00:00.000Z',
  by: 'author',
})

export const commentTakenDown = exampleOf('CommentTakenDown', {
  id: exampleCommentId,
  takenDownAt: '2026-03-02T10:00:00.000Z',
  by: exampleDoer,
  reason: 'It has the address of a private person.',
})

/** The summary of a comment, approved unless told otherwise. */
export const commentUpdated = exampleOf<'CommentUpdated', Live>('CommentUpdated', {
  ...base,
  status: 'approved',
  author,
  content,
  revision: 1,
  reason: null,
  score: 0,
  ...initialFlags,
  editedAt: null,
  cause: exampleCause,
})

/** The summary of a comment that is gone. */
export const deletedCommentUpdated = exampleOf<'CommentUpdated', Deleted>('CommentUpdated', {
  ...base,
  status: 'deleted',
  deletedAt: '2026-03-02T10:00:00.000Z',
  cause: exampleCause,
})

/** A comment as an answer has it, approved unless told otherwise. */
export const publicCommentExample = (overrides: Partial<PublicComment> = {}): PublicComment => ({
  ...commentForPublic(commentStateOf(commentUpdated().data)),
  ...overrides,
})

/** One of each type and shape, as they come without overrides. */
export const commentExamples = () => [
  commentCreated(),
  commentCreated({
    ...{ priorVerdict: 'approved', priorReason: 'A friendly word.' },
    editedAt: '2026-03-01T10:30:00.000Z',
  }),
  commentEdited(),
  commentUpvoted(),
  commentDownvoted(),
  commentVoteWithdrawn(),
  commentPromoted(),
  commentSearchable(),
  commentAdvertised(),
  commentAnonymized(),
  commentDeleted(),
  commentTakenDown(),
  commentUpdated(),
  deletedCommentUpdated(),
]
