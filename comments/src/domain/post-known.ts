import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { decodeOf } from '@logbook/contracts/events/decode.ts'

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
export const decodePost = decodeOf(['PostCreated', 'PostUpdated'])
