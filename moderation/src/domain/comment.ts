import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { decodeOf } from '@logbook/contracts/events/decode.ts'

/** The state of a comment that a verdict depends on, folded from the comment's own stream. */
export type CommentState =
  | { kind: 'unknown' }
  | { kind: 'live'; postId: string; revision: number }
  | { kind: 'deleted' }

export const initialComment: CommentState = { kind: 'unknown' }

type CommentEvent = LogbookEvent<'CommentCreated' | 'CommentEdited' | 'CommentUpdated'>

export const evolveComment = (before: CommentState, event: CommentEvent): CommentState => {
  switch (event.type) {
    case 'CommentCreated':
      return before.kind === 'unknown' ? { kind: 'live', postId: event.data.postId, revision: 1 } : before
    case 'CommentEdited':
      return before.kind === 'live' ? { ...before, revision: event.data.revision } : before
    case 'CommentUpdated':
      return event.data.status === 'deleted' ? { kind: 'deleted' } : before
    default:
      return event satisfies never
  }
}

export const decodeComment = decodeOf(['CommentCreated', 'CommentEdited', 'CommentUpdated'])
