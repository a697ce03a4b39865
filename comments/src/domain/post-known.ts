import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { decodeOf } from '@logbook/contracts/events/decode.ts'

/** What a comment needs to know of its post, folded from the post's own stream. */
export type KnownPost =
  | { status: 'unknown' | 'deleted' }
  | { status: 'draft' | 'published'; authorId: string | null; commentsClosed: boolean }

export type PostSummaryEvent = LogbookEvent<'PostCreated' | 'PostUpdated'>

export const initialPost: KnownPost = { status: 'unknown' }

export const evolvePost = (_before: KnownPost, event: PostSummaryEvent): KnownPost => {
  const { data } = event
  switch (event.type) {
    case 'PostCreated':
    case 'PostUpdated': {
      if (data.status === 'deleted') return { status: 'deleted' }
      const { status, authorId, commentsClosed } = data
      return { status, authorId, commentsClosed }
    }
    default:
      return event satisfies never
  }
}

/** Only summaries: how a post came to its status is not a comment's business. */
export const decodePost = decodeOf(['PostCreated', 'PostUpdated'])
