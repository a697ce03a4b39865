import type { Clock } from '@logbook/chassis/clock.ts'
import { handlersOf, PrintedText } from '@logbook/chassis/http/serve.ts'
import { derivedId, type Ids } from '@logbook/chassis/ids.ts'
import { notFound, Problem } from '@logbook/chassis/problem.ts'
import { postEndpoints } from '@logbook/contracts/endpoints/posts.ts'
import type { CreatePost } from '@logbook/contracts/http/posts.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import { mayChange } from '../domain/decide.ts'
import type { PostList } from '../read-model/post-list.ts'
import { parseCursor, printCursor } from './cursor.ts'
import type { Writer, Written } from './writer.ts'

const handlers = handlersOf(postEndpoints)

const answerOf = ({ state, version, position }: Written) => ({ body: state, version, position })

/** The caller is the author; the body can't name another. */
const newPost = (
  { slug: _, status, publishAt, ...text }: CreatePost,
  { id, at, caller }: { id: string; at: string; caller: Caller },
) => {
  const author =
    caller.kind === 'person'
      ? { authorId: caller.id, authorName: caller.name }
      : { authorId: null, authorName: null }
  const whole = { ...text, ...author, formerAddresses: [], id, createdAt: at, updatedAt: at }
  return status === 'published'
    ? { ...whole, status, publishedAt: at }
    : { ...whole, status, publishedAt: null, ...(publishAt === null ? {} : { publishAt }) }
}

export const commands = ({ clock, ids, writer }: { clock: Clock; ids: Ids; writer: Writer }) => {
  const now = () => clock.now().toISOString()
  return handlers({
    async 'POST /posts'({ body, command }, caller) {
      // Derived from the key, so that a retry finds the same stream.
      const id = command.idempotency ? derivedId('post', command.idempotency.id) : ids.next()
      const post = newPost(body, { id, at: now(), caller })
      const written = await writer.create({ post, slug: body.slug }, { ...command, caller })
      return { ...answerOf(written), location: `/posts/${id}` }
    },
    async 'PATCH /posts/:id'({ params: { id }, body: changes, command }, caller) {
      return answerOf(await writer.edit(id, { kind: 'edit', changes, at: now() }, { ...command, caller }))
    },
    async 'POST /posts/:id/publish'({ params: { id }, command }, caller) {
      return answerOf(await writer.publish(id, { kind: 'publish', at: now() }, { ...command, caller }))
    },
    async 'POST /posts/:id/unpublish'({ params: { id }, command }, caller) {
      return answerOf(await writer.write(id, { kind: 'unpublish', at: now() }, { ...command, caller }))
    },
    async 'POST /posts/:id/take-down'({ params: { id }, body, command }, caller) {
      const takeDown = { kind: 'take-down', ...body, at: now() } as const
      const { position } = await writer.write(id, takeDown, { ...command, caller })
      return { position }
    },
    async 'DELETE /posts/:id'({ params: { id }, command }, caller) {
      const { position } = await writer.write(id, { kind: 'delete', at: now() }, { ...command, caller })
      return { position }
    },
  })
}

export const reads = (list: PostList) =>
  handlers({
    'GET /posts'({ query: { limit, cursor, status } }, caller) {
      const authorId = caller.kind === 'person' && caller.role !== 'owner' ? caller.id : undefined
      const before = cursor === undefined ? undefined : parseCursor(cursor)
      const { entries, more } = list.page({ limit, before, status, authorId })
      const last = entries.at(-1)
      const posts = entries.map(({ body, version }) => `${body.slice(0, -1)},"version":${version}}`)
      return {
        body: new PrintedText(`[${posts.join(',')}]`),
        next: more && last ? { cursor: printCursor(last) } : undefined,
        headers: { 'Cache-Control': 'no-cache' },
      }
    },
    'GET /posts/:id'({ params }, caller) {
      const post = list.one(params.id)
      // Another author's post is answered like one that does not exist.
      if (post === undefined || !mayChange(post, caller)) throw notFound('such post')
      if (post.status === 'deleted') throw new Problem('gone', { detail: 'This post was deleted.' })
      return {
        body: new PrintedText(post.body),
        version: post.version,
        headers: { 'Cache-Control': 'no-cache' },
      }
    },
  })
