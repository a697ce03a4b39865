import type { Decode } from '@logbook/chassis/follow/follower.ts'
import { decodeEvent, type LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { postSubject } from '@logbook/contracts/events/posts.ts'

/** What a comment needs to know of its post, folded from the post's own stream. */
export type KnownPost =
  | { status: 'unknown' | 'deleted' }
  | { status: 'draft' | 'published'; commentsClosed: boolean }

export type PostSummaryEvent = LogbookEvent<'PostCreated' | 'PostUpdated'>

export const initialPost: KnownPost = { status: 'unknown' }

export const evolvePost = (_before: KnownPost, event: PostSummaryEvent): KnownPost => {
  switch (event.type) {
    case 'PostCreated':
    case 'PostUpdated':
      return event.data.status === 'deleted'
        ? { status: 'deleted' }
        : { status: event.data.status, commentsClosed: event.data.commentsClosed }
    default:
      return event satisfies never
  }
}

/** Only summaries: how a post came to its status is not a comment's business. */
export const decodePost: Decode<PostSummaryEvent> = (recorded) => {
  const decoded = decodeEvent(recorded)
  if (decoded.kind !== 'event') return decoded
  const { event } = decoded
  if (event.type !== 'PostCreated' && event.type !== 'PostUpdated') return { kind: 'foreign' }
  const own = postSubject(event.data.id)
  if (event.subject !== own) return { kind: 'unreadable', reason: `it belongs on ${own}` }
  return { kind: 'event', event }
}
