import type { EventData } from '../events/catalog.ts'
import { commentSubject } from '../events/comments.ts'
import { exampleDoer, examplePostId } from './posts.ts'
import { type Envelope, recordedExample } from './recorded.ts'

export const exampleCommentId = '01920000-0000-7000-8000-0000000000c1'
export const exampleVoterId = '01920000-0000-7000-8000-0000000000f1'
/** The id of the fact behind the example summaries. */
export const exampleCause = '01920000-0000-7000-8000-0000000000e1'

const source = '/comments'

const base = {
  id: exampleCommentId,
  postId: examplePostId,
  parentId: null,
  authorId: exampleVoterId,
  createdAt: '2026-03-01T10:00:00.000Z',
} as const
const author = { name: 'A reader', url: null, email: null } as const
const content = 'I walked it *both ways*.'

type Live = Exclude<EventData<'CommentUpdated'>, { status: 'deleted' }>
type Deleted = Extract<EventData<'CommentUpdated'>, { status: 'deleted' }>

export const commentCreated = (data: Partial<EventData<'CommentCreated'>> = {}, envelope: Envelope = {}) => {
  const whole = { ...base, status: 'pending' as const, author, content, ...data }
  return recordedExample('CommentCreated', {
    source,
    subject: commentSubject(whole.id),
    data: whole,
    envelope,
  })
}

export const commentEdited = (data: Partial<EventData<'CommentEdited'>> = {}, envelope: Envelope = {}) => {
  const whole = {
    id: exampleCommentId,
    postId: examplePostId,
    authorId: exampleVoterId,
    content: 'I walked it one way.',
    revision: 2,
    editedAt: '2026-03-01T11:00:00.000Z',
    ...data,
  }
  return recordedExample('CommentEdited', {
    source,
    subject: commentSubject(whole.id),
    data: whole,
    envelope,
  })
}

const voteExample =
  (type: 'CommentUpvoted' | 'CommentDownvoted' | 'CommentVoteWithdrawn') =>
  (data: Partial<EventData<'CommentUpvoted'>> = {}, envelope: Envelope = {}) => {
    const whole = { id: exampleCommentId, voterId: exampleVoterId, ...data }
    return recordedExample(type, { source, subject: commentSubject(whole.id), data: whole, envelope })
  }

export const commentUpvoted = voteExample('CommentUpvoted')
export const commentDownvoted = voteExample('CommentDownvoted')
export const commentVoteWithdrawn = voteExample('CommentVoteWithdrawn')

export const commentPromoted = (
  data: Partial<EventData<'CommentPromoted'>> = {},
  envelope: Envelope = {},
) => {
  const whole = { id: exampleCommentId, ...data }
  return recordedExample('CommentPromoted', {
    source,
    subject: commentSubject(whole.id),
    data: whole,
    envelope,
  })
}

export const commentDeleted = (data: Partial<EventData<'CommentDeleted'>> = {}, envelope: Envelope = {}) => {
  const whole = {
    id: exampleCommentId,
    deletedAt: '2026-03-02T10:00:00.000Z',
    by: 'author' as const,
    ...data,
  }
  return recordedExample('CommentDeleted', {
    source,
    subject: commentSubject(whole.id),
    data: whole,
    envelope,
  })
}

export const commentTakenDown = (
  data: Partial<EventData<'CommentTakenDown'>> = {},
  envelope: Envelope = {},
) => {
  const whole = {
    id: exampleCommentId,
    takenDownAt: '2026-03-02T10:00:00.000Z',
    by: exampleDoer,
    reason: 'It has the address of a private person.',
    ...data,
  }
  return recordedExample('CommentTakenDown', {
    source,
    subject: commentSubject(whole.id),
    data: whole,
    envelope,
  })
}

/** The summary of a comment, approved unless told otherwise. */
export const commentUpdated = (data: Partial<Live> = {}, envelope: Envelope = {}) => {
  const whole: Live = {
    ...base,
    status: 'approved',
    author,
    content,
    revision: 1,
    reason: null,
    score: 0,
    promoted: false,
    editedAt: null,
    cause: exampleCause,
    ...data,
  }
  return recordedExample('CommentUpdated', {
    source,
    subject: commentSubject(whole.id),
    data: whole,
    envelope,
  })
}

/** The summary of a comment that is gone. */
export const deletedCommentUpdated = (data: Partial<Deleted> = {}, envelope: Envelope = {}) => {
  const whole: Deleted = {
    ...base,
    status: 'deleted',
    deletedAt: '2026-03-02T10:00:00.000Z',
    cause: exampleCause,
    ...data,
  }
  return recordedExample('CommentUpdated', {
    source,
    subject: commentSubject(whole.id),
    data: whole,
    envelope,
  })
}

/** One of each type and shape, as they come without overrides. */
export const commentExamples = () => [
  commentCreated(),
  commentCreated({ priorVerdict: 'approved' }),
  commentEdited(),
  commentUpvoted(),
  commentDownvoted(),
  commentVoteWithdrawn(),
  commentPromoted(),
  commentDeleted(),
  commentTakenDown(),
  commentUpdated(),
  deletedCommentUpdated(),
]
