import type { Change } from '@logbook/contracts/http/query.ts'
import { limits } from '../limits.ts'
import type { Projections } from '../projections/all.ts'

/** One message of `GET /changes`, read from a row. `data` is the JSON of a `Change`. */
export interface Message {
  position: number
  kind: Change['kind']
  data: string
}

export const printMessage = ({ position, kind, data }: Message): string =>
  `id: ${position}\nevent: ${kind}\ndata: ${data}\n\n`

const inOrder = (messages: Message[]): Message[] =>
  messages.sort((one, other) => one.position - other.position)

export type ChangeMessages = ReturnType<typeof changeMessages>

/** Messages about a post. They hold no hidden text, because the rows hold none. */
export const changeMessages = ({ posts, comments }: Pick<Projections, 'posts' | 'comments'>) => {
  const ofPost = (postId: string): Message[] => {
    const post = posts.latest(postId)
    if (post === undefined) return []
    const { position, status, slug, version } = post
    return status === 'published'
      ? [{ position, kind: 'post', data: JSON.stringify({ kind: 'post', id: postId, slug, version }) }]
      : [{ position, kind: 'post-removed', data: JSON.stringify({ kind: 'post-removed', id: postId }) }]
  }

  const ofComment = (row: { position: number; public: string } | undefined): Message[] =>
    row
      ? [{ position: row.position, kind: 'comment', data: `{"kind":"comment","comment":${row.public}}` }]
      : []

  return {
    /** The present state of these items, by id: comments of the post, or the post itself. */
    of: (postId: string, things: Iterable<string>): Message[] =>
      inOrder([...things].flatMap((id) => (id === postId ? ofPost(postId) : ofComment(comments.one(id))))),
    /** The messages that every reader may get: of a hidden post, only its removal. */
    shown: (postId: string, messages: readonly Message[]): readonly Message[] =>
      posts.latest(postId)?.status === 'published'
        ? messages
        : messages.filter(({ kind }) => kind === 'post-removed'),
    /** The present state of everything that changed after a position; undefined if that is more than `resumeChangesMax`. */
    since({ postId, after }: { postId: string; after: number }): Message[] | undefined {
      const rows = comments.since({ postId, after, limit: limits.resumeChangesMax + 1 })
      if (rows.length > limits.resumeChangesMax) return undefined
      const post = ofPost(postId).filter(({ position }) => position > after)
      return inOrder([...post, ...rows.flatMap(ofComment)])
    },
  }
}
