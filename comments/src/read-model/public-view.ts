import type { CommentState, LiveComment } from '@logbook/contracts/events/comments.ts'
import type { PublicComment } from '@logbook/contracts/http/comments.ts'

const shownAuthor = (author: LiveComment['author']): PublicComment['author'] =>
  author && { name: author.name, url: author.url }

/** A comment as whoever wrote it sees it: with its text, whatever its status. Who they are stays out of every answer. */
export const authorView = (state: CommentState): PublicComment => {
  const { id, postId, parentId, status, createdAt } = state
  const place = { id, postId, parentId, status, createdAt }
  if (state.status === 'deleted')
    return {
      ...place,
      author: null,
      content: null,
      reason: null,
      score: 0,
      promoted: false,
      revision: 1,
      editedAt: null,
    }
  const { author, content, reason, score, promoted, revision, editedAt } = state
  return { ...place, author: shownAuthor(author), content, reason, score, promoted, revision, editedAt }
}

/** A comment as everyone sees it: what was not approved keeps its place, without its text and its author. Why is not told: a reason quotes the text. */
export const publicView = (state: CommentState): PublicComment => {
  const whole = { ...authorView(state), reason: null }
  return state.status === 'approved' ? whole : { ...whole, author: null, content: null }
}
