import type { ThreadComment as SentComment } from '@logbook/contracts/http/query.ts'
import type { Rendered } from '../../services/rendered.server.ts'
import type { ThreadComment } from './thread.ts'

/** The thread as the page needs it. `said` is a comment that this browser wrote a moment ago, without JavaScript. */
export const threadOf = ({
  comments,
  rendered,
  said,
}: {
  comments: readonly SentComment[]
  rendered: Rendered
  said: string | null
}): ThreadComment[] =>
  comments.map(({ content, postId: _, ...comment }) => ({
    ...comment,
    html: content === null ? null : rendered.comment({ ...comment, content }),
    ...(comment.id === said && comment.status !== 'approved'
      ? { own: { text: '', delivery: 'sent' as const } }
      : {}),
  }))
