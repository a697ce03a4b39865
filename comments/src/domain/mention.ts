import type { DomainEvent } from '@logbook/contracts/envelope.ts'
import type { Mention } from '@logbook/contracts/events/mentions.ts'
import { newEvent } from '@logbook/contracts/events/new-event.ts'
import type { Comment } from './comment.ts'
import { changed } from './decide.ts'

/**
 * What a mention as it is now makes of its comment. `cause` is the event that said so. A comment that was deleted stays deleted, and the
 * same mention again changes nothing.
 */
export const decideMention = (
  comment: Comment,
  { mention, cause }: { mention: Mention; cause: string },
): readonly DomainEvent[] => {
  if (mention.status === 'none' || comment.status === 'deleted') return []
  if (mention.status === 'gone') {
    if (comment.status === 'absent') return []
    const { commentId: id, goneAt: deletedAt } = mention
    return changed(comment, 'CommentDeleted', { id, deletedAt, by: 'author' }, cause)
  }
  const { commentId: id, postId, authorId, author, content, foundAt } = mention
  // Its author was erased.
  if (author === null) return []
  if (comment.status === 'absent')
    return [
      newEvent('CommentCreated', {
        ...{ id, postId, parentId: null, authorId, createdAt: foundAt },
        ...{ status: 'pending', kind: 'mention', author: { ...author, email: null }, content },
      }),
    ]
  if (comment.content === content) return []
  const revision = comment.revision + 1
  return changed(
    comment,
    'CommentEdited',
    { id, postId, authorId, content, revision, editedAt: foundAt },
    cause,
  )
}
