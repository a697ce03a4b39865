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

/** What there is to say about a post. Rows hold no text that may not be shown, so messages do not either. */
export const changeMessages = ({ posts, comments }: Pick<Projections, 'posts' | 'comments'>) => {
  const ofPost = (postId: string): Message[] => {
    const place = posts.place(postId)
    if (place === undefined) return []
    const { position, status, slug, version } = place
    return status === 'published'
      ? [{ position, kind: 'post', data: JSON.stringify({ kind: 'post', id: postId, slug, version }) }]
      : [{ position, kind: 'post-removed', data: JSON.stringify({ kind: 'post-removed', id: postId }) }]
  }

  const ofComment = (row: { position: number; public: string } | undefined): Message[] =>
    row
      ? [{ position: row.position, kind: 'comment', data: `{"kind":"comment","comment":${row.public}}` }]
      : []

  return {
    /** What became of these things, by id: comments of the post, or the post itself. */
    of: (postId: string, things: Iterable<string>): Message[] =>
      inOrder([...things].flatMap((id) => (id === postId ? ofPost(postId) : ofComment(comments.one(id))))),
    /** What of these messages concerns everyone: of a post that may not be seen, only that it is gone. */
    shown: (postId: string, messages: readonly Message[]): readonly Message[] =>
      posts.place(postId)?.status === 'published'
        ? messages
        : messages.filter(({ kind }) => kind === 'post-removed'),
    /** What became of everything that changed after a position, or undefined if that is too much to tell. */
    since({ postId, after }: { postId: string; after: number }): Message[] | undefined {
      const rows = comments.since({ postId, after, limit: limits.resumeChangesMax + 1 })
      if (rows.length > limits.resumeChangesMax) return undefined
      const post = ofPost(postId).filter(({ position }) => position > after)
      return inOrder([...post, ...rows.flatMap(ofComment)])
    },
  }
}
