import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import {
  commentCreated,
  commentDownvoted,
  commentTakenDown,
  commentUpdated,
  commentUpvoted,
  commentVoteWithdrawn,
  deletedCommentUpdated,
} from '@logbook/contracts/examples/comments.ts'
import { commentModerated } from '@logbook/contracts/examples/moderation.ts'
import {
  deletedUpdated,
  draftUpdated,
  postCreated,
  postTakenDown,
  postUpdated,
} from '@logbook/contracts/examples/posts.ts'
import { userErased } from '@logbook/contracts/examples/users.ts'
import fc from 'fast-check'
import { idOf } from './booted.ts'

export const some = (max: number) => fc.integer({ min: 1, max })
const postId = some(3).map(idOf)
const commentId = some(5).map((n) => idOf(100 + n))
const slug = fc.constantFrom('one', 'two', 'three')
const tags = fc.subarray(['a', 'b', 'c'])
const time = fc.constantFrom(
  '2026-01-01T00:00:00Z',
  '2026-01-01T00:00:00.500Z',
  '2026-01-02T00:00:00.000Z',
  '2025-06-01T00:00:00.000Z',
)
const status = fc.constantFrom('pending' as const, 'approved' as const, 'rejected' as const)
const subject = fc.constantFrom(undefined, undefined, undefined, undefined, 'post-elsewhere')

const anyPost = fc
  .record({ id: postId, slug, tags, publishedAt: time, title: fc.constantFrom('A', 'B') })
  .chain((data) =>
    fc.constantFrom<RecordedEvent>(
      postCreated(data),
      postUpdated(data),
      postUpdated({ ...data, kind: 'page' }),
      draftUpdated({ id: data.id, slug: data.slug }),
      deletedUpdated({ id: data.id, slug: data.slug }),
    ),
  )
/** Each comment has one author, whose name is known by its id. */
export const authorNameOf = (id: string): string => `Name ${id.slice(-3)} "é"`
const flags = fc.record({
  promoted: fc.boolean(),
  searchable: fc.boolean(),
  advertised: fc.boolean(),
  anonymized: fc.boolean(),
})
const anyComment = fc
  .record({ id: commentId, postId, parentId: fc.option(commentId), createdAt: time })
  .map((data) => ({ ...data, author: { name: authorNameOf(data.id), url: null, email: null } }))
  .chain((data) =>
    fc.oneof(
      fc.constant<RecordedEvent>(commentCreated(data)),
      fc
        .record({ status, score: some(9), revision: some(2), content: fc.constantFrom('x', 'y'), flags })
        .map(({ flags, ...more }): RecordedEvent => commentUpdated({ ...data, ...more, ...flags })),
      fc.constant<RecordedEvent>(
        deletedCommentUpdated({
          id: data.id,
          postId: data.postId,
          parentId: data.parentId,
          createdAt: data.createdAt,
        }),
      ),
    ),
  )
const anyVote = fc
  .tuple(
    commentId,
    some(2).map(idOf),
    fc.constantFrom(commentUpvoted, commentDownvoted, commentVoteWithdrawn),
  )
  .map(([id, voterId, cast]): RecordedEvent => cast({ id, voterId }))
export const anyEvent = fc
  .tuple(
    fc.oneof(anyPost, anyComment, anyComment, anyVote, fc.constant<RecordedEvent>(commentModerated())),
    subject,
  )
  .map(([event, elsewhere]): RecordedEvent => (elsewhere ? { ...event, subject: elsewhere } : event))
const broken = fc
  .tuple(
    fc.constantFrom('PostCreated', 'PostUpdated', 'CommentCreated', 'CommentUpdated'),
    fc.jsonValue(),
    commentId,
  )
  .map(([type, data, id]): RecordedEvent => ({ ...commentCreated({ id }), type, data }))
const anyTakeDown = fc.oneof(
  fc
    .record({ id: postId, texts: fc.constantFrom('all' as const, 'earlier' as const) })
    .map((data): RecordedEvent => postTakenDown(data)),
  commentId.map((id): RecordedEvent => commentTakenDown({ id })),
)
/** Those of `history`, and texts that are taken down anywhere between. */
export const historyWithTakeDowns = fc.array(
  fc.oneof({ weight: 9, arbitrary: anyEvent }, { weight: 2, arbitrary: anyTakeDown }),
  { maxLength: 40 },
)

const anyErasure = fc.constantFrom(idOf(201), idOf(202)).map((id): RecordedEvent => userErased({ id }))
/** Those of `history` by two people, who are erased anywhere between. */
export const historyWithErasures = fc.array(
  fc.oneof(
    {
      weight: 9,
      arbitrary: anyComment.map((event): RecordedEvent => {
        const { data } = event as { data: { id: string } }
        const authorId = idOf(201 + (data.id.charCodeAt(35) % 2))
        return { ...event, data: { ...data, authorId } }
      }),
    },
    { weight: 3, arbitrary: anyPost },
    { weight: 1, arbitrary: anyErasure },
  ),
  { maxLength: 40 },
)

/** Events as any number of services, and forgers, could have written them: few ids, so that they meet. */
export const history = fc.array(
  fc.oneof({ weight: 9, arbitrary: anyEvent }, { weight: 1, arbitrary: broken }),
  {
    maxLength: 40,
  },
)
