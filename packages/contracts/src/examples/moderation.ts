import { exampleCommentId } from './comments.ts'
import { examplePostId } from './posts.ts'
import { exampleOf } from './recorded.ts'
import { exampleUserId } from './users.ts'

/** A verdict by the default, approved, unless told otherwise. */
export const commentModerated = exampleOf('CommentModerated', {
  id: exampleCommentId,
  postId: examplePostId,
  status: 'approved',
  reason: '',
  by: { kind: 'default', rulesVersion: 0 },
  revision: 1,
})

export const rulesChanged = exampleOf('RulesChanged', {
  rules: [
    { kind: 'words', name: 'no-oranges', words: ['orange'], action: 'reject', enabled: true },
    { kind: 'links', name: 'few-links', linksMax: 2, action: 'hold', enabled: true },
  ],
  version: 1,
  by: { id: exampleUserId, name: 'A moderator' },
  why: 'Too many links lately',
})

/** One of each type and kind of judge, as they come without overrides. */
export const moderationExamples = () => [
  commentModerated(),
  commentModerated({
    status: 'rejected',
    reason: 'Contains the word “orange”',
    by: { kind: 'rule', rule: 'no-oranges', rulesVersion: 0 },
  }),
  commentModerated({ by: { kind: 'person', id: exampleUserId, name: 'A moderator' } }),
  commentModerated({ reason: 'Imported with this verdict', by: { kind: 'import' } }),
  rulesChanged(),
]
