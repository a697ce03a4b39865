import { z } from 'zod'
import { entityId, timestamp, webAddress } from '../text.ts'
import { commentAuthor, commentContent } from './comments.ts'
import { defineEvent, eventsByType, onStream, streamName } from './define.ts'

/** One stream per page elsewhere and post here, so that a mention that is sent again is the same one. */
export const mentionSubject = streamName('mention-{mentionId}')
const mention = { by: ['notifications'], stream: onStream(mentionSubject, 'id') } as const

const base = z.object({
  id: entityId,
  postId: entityId,
  /** The comment that it is shown as. */
  commentId: entityId,
})

export const mentionEvents = eventsByType(
  /** `author.url` is the page that mentions the post, and `authorId` the key that its words are sealed with. */
  defineEvent('MentionFound', {
    ...mention,
    summary: 'A page elsewhere links to a post, and what it says of itself now.',
    data: base.extend({
      authorId: entityId,
      author: commentAuthor.omit({ email: true }).extend({ url: webAddress }).nullable(),
      content: commentContent,
      foundAt: timestamp,
      erased: z.literal(true).optional(),
    }),
    personal: {
      owner: ({ authorId }) => authorId,
      fields: ['author', 'content'],
      erased: () => ({ author: null, content: '[erased]', erased: true }),
    },
  }),
  defineEvent('MentionGone', {
    ...mention,
    summary: 'A page elsewhere is gone, or links to a post no longer.',
    data: base.extend({ goneAt: timestamp }),
    personal: 'none',
  }),
)

type Found = z.infer<(typeof mentionEvents)['MentionFound']['data']>
type Gone = z.infer<(typeof mentionEvents)['MentionGone']['data']>

/** A mention as its stream tells it. */
export type Mention = { status: 'none' } | ({ status: 'found' } & Found) | ({ status: 'gone' } & Gone)

export const initialMention: Mention = { status: 'none' }

export const evolveMention = (
  _before: Mention,
  event: { type: 'MentionFound'; data: Found } | { type: 'MentionGone'; data: Gone },
): Mention =>
  event.type === 'MentionFound' ? { status: 'found', ...event.data } : { status: 'gone', ...event.data }
