import type { PublicComment } from '@logbook/contracts/http/comments.ts'
import type { ThreadComment as SentComment } from '@logbook/contracts/http/query.ts'
import type { Turn } from '@logbook/markdown/threads/renderer.ts'
import type { ThreadComment } from './thread.ts'

interface Sent {
  comments: readonly SentComment[]
  /** The reader's own comments that are not public. */
  own: readonly PublicComment[]
  turn: Turn
  /** A comment that this browser wrote a moment ago: what became of it is said. */
  said: string | null
}

/** The thread as the page needs it, the reader's own in their places or behind all others. */
export const threadOf = ({ comments, own, turn, said }: Sent): Promise<ThreadComment[]> => {
  const htmlOf = async ({ content }: Pick<PublicComment, 'content'>): Promise<string | null> =>
    content === null ? null : turn.comment(content)
  const ownById = new Map(own.map((each) => [each.id, each]))
  const known = new Set(comments.map(({ id }) => id))

  const asOwn = async ({ content, postId: _, ...comment }: PublicComment): Promise<ThreadComment> => ({
    ...comment,
    html: await htmlOf({ content }),
    own: { text: content ?? '' },
    mine: true,
    source: content ?? '',
  })

  const asRead = async (sent: SentComment): Promise<ThreadComment> => {
    const { content, postId: _, viewer, ...comment } = sent
    const unseen = ownById.get(comment.id)
    if (unseen) return { ...(await asOwn(unseen)), replies: comment.replies, more: comment.more }
    return {
      ...comment,
      html: await htmlOf(sent),
      ...(viewer?.own ? { mine: true, ...(content === null ? {} : { source: content }) } : {}),
      ...(viewer?.vote ? { vote: viewer.vote } : {}),
      ...(comment.id === said ? { own: { text: '' } } : {}),
    }
  }
  return Promise.all([...comments.map(asRead), ...own.filter(({ id }) => !known.has(id)).map(asOwn)])
}
