import type { EventData } from '../events/catalog.ts'
import { moderationSubject, rulesSubject } from '../events/moderation.ts'
import { exampleCommentId } from './comments.ts'
import { examplePostId } from './posts.ts'
import { type Envelope, recordedExample } from './recorded.ts'
import { exampleUserId } from './users.ts'

const source = '/moderation'

/** A verdict by the default, approved, unless told otherwise. */
export const commentModerated = (
  data: Partial<EventData<'CommentModerated'>> = {},
  envelope: Envelope = {},
) => {
  const whole = {
    id: exampleCommentId,
    postId: examplePostId,
    status: 'approved' as const,
    reason: '',
    by: { kind: 'default' as const, rulesVersion: 0 },
    revision: 1,
    ...data,
  }
  return recordedExample('CommentModerated', {
    source,
    subject: moderationSubject(whole.id),
    data: whole,
    envelope,
  })
}

export const rulesChanged = (data: Partial<EventData<'RulesChanged'>> = {}, envelope: Envelope = {}) => {
  const whole: EventData<'RulesChanged'> = {
    rules: [
      { kind: 'words', name: 'no-oranges', words: ['orange'], action: 'reject', enabled: true },
      { kind: 'links', name: 'few-links', linksMax: 2, action: 'hold', enabled: true },
    ],
    version: 1,
    by: { id: exampleUserId, name: 'A moderator' },
    why: 'Too many links lately',
    ...data,
  }
  return recordedExample('RulesChanged', { source, subject: rulesSubject, data: whole, envelope })
}

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
