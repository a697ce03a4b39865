import type { PublicComment } from '@logbook/contracts/http/comments.ts'
import type { ThreadComment as SentComment } from '@logbook/contracts/http/query.ts'
import type { Rendered } from '../../services/rendered.server.ts'
import type { ThreadComment } from './thread.ts'

interface Sent {
  comments: readonly SentComment[]
  /** The reader's own that nobody else may read. */
  own: readonly PublicComment[]
  rendered: Rendered
  /** A comment that this browser wrote a moment ago, without JavaScript. */
  said: string | null
}

/** The thread as the page needs it, the reader's own in their places or behind all others. */
export const threadOf = ({ comments, own, rendered, said }: Sent): ThreadComment[] => {
  const htmlOf = (comment: PublicComment): string | null =>
    comment.content === null ? null : rendered.comment({ ...comment, content: comment.content })
  const ownById = new Map(own.map((each) => [each.id, each]))
  const known = new Set(comments.map(({ id }) => id))

  const asOwn = ({ content, postId: _, ...comment }: PublicComment): ThreadComment => ({
    ...comment,
    html: content === null ? null : rendered.comment({ ...comment, content }),
    own: { text: content ?? '', delivery: 'sent' },
    mine: true,
    source: content ?? '',
  })

  const asRead = (sent: SentComment): ThreadComment => {
    const { content, postId: _, viewer, ...comment } = sent
    const unseen = ownById.get(comment.id)
    if (unseen) return { ...asOwn(unseen), replies: comment.replies, more: comment.more }
    return {
      ...comment,
      html: htmlOf(sent),
      ...(viewer?.own ? { mine: true, ...(content === null ? {} : { source: content }) } : {}),
      ...(viewer?.vote ? { vote: viewer.vote } : {}),
      ...(comment.id === said && comment.status !== 'approved'
        ? { own: { text: '', delivery: 'sent' as const } }
        : {}),
    }
  }
  return [...comments.map(asRead), ...own.filter(({ id }) => !known.has(id)).map(asOwn)]
}
