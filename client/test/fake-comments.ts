import { randomUUID } from 'node:crypto'
import { Problem } from '@logbook/chassis/problem.ts'
import { commentEndpoints } from '@logbook/contracts/endpoints/comments.ts'
import { publicCommentExample } from '@logbook/contracts/examples/comments.ts'
import type { PublicComment } from '@logbook/contracts/http/comments.ts'
import { answering, assertVersion } from './answering.ts'
import { minutesAgo } from './sample-blog.ts'

interface FakeComments {
  posts: { has: (id: string) => boolean }
  comments: ReadonlyMap<string, PublicComment>
  put: (comment: PublicComment) => void
  /** Comments of the caller. */
  mine: Set<string>
  position: () => number
}

/** What comments answers, from memory. */
export const createFakeComments = ({ posts, comments, put, mine, position }: FakeComments) => {
  const found = (id: string): PublicComment => {
    const comment = comments.get(id)
    if (comment === undefined) throw new Problem('not-found')
    return comment
  }
  const change = (id: string, changes: Partial<PublicComment>) => {
    const comment = { ...found(id), ...changes }
    put(comment)
    return { body: comment, position: position(), version: comment.revision }
  }
  const remove = (id: string) => {
    change(id, { status: 'deleted', author: null, content: null })
    return { position: position() }
  }

  return answering(commentEndpoints, {
    'POST /posts/:id/comments'({ params: { id: postId }, body: { author, content, parentId } }) {
      if (!posts.has(postId)) throw new Problem('not-found')
      const comment = publicCommentExample({
        ...{ id: randomUUID(), postId, parentId, content, createdAt: minutesAgo(0) },
        ...{ status: 'pending', score: 0, author: author && { name: author.name, url: author.url } },
      })
      mine.add(comment.id)
      put(comment)
      return { body: comment, position: position() }
    },
    'GET /comments/:id': ({ params: { id } }) => ({ body: found(id), version: found(id).revision }),
    'PATCH /comments/:id'({ params: { id }, body: { content }, headers }) {
      const { revision } = found(id)
      assertVersion(headers, revision)
      return change(id, { content, status: 'pending', revision: revision + 1, editedAt: minutesAgo(0) })
    },
    'PUT /comments/:id/vote'({ params: { id }, body: { value } }) {
      const { body, position } = change(id, { score: found(id).score + value })
      return { body: { id, score: body.score, value }, position }
    },
    'PUT /comments/:id/promoted': ({ params: { id }, body }) => change(id, body),
    'PUT /comments/:id/advertised': ({ params: { id }, body }) => change(id, body),
    'PUT /comments/:id/searchable': ({ params: { id }, body }) => change(id, body),
    'PUT /comments/:id/anonymized': ({ params: { id }, body }) => change(id, body),
    'POST /comments/:id/take-down': ({ params: { id } }) => remove(id),
    'DELETE /comments/:id': ({ params: { id } }) => remove(id),
  })
}
