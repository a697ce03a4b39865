import { type Clock, latest } from '@logbook/chassis/clock.ts'
import { type Command, handlersOf, PrintedText } from '@logbook/chassis/http/serve.ts'
import { derivedId, type Ids } from '@logbook/chassis/ids.ts'
import { notFound, Problem } from '@logbook/chassis/problem.ts'
import { commentEndpoints } from '@logbook/contracts/endpoints/comments.ts'
import type { CommentFlag, CommentFlags } from '@logbook/contracts/events/comment-flags.ts'
import { commentForPublic, commentForWriter, type createComment } from '@logbook/contracts/http/comments.ts'
import { type Caller, doerOf, mayModerate } from '@logbook/contracts/identity.ts'
import type { z } from 'zod'
import { isOwn } from '../domain/permission.ts'
import type { Threads } from '../read-model/threads.ts'
import { importComments } from './imports.ts'
import type { RateLimits } from './rate-limits.ts'
import type { Writer, Written } from './writer.ts'

const handlers = handlersOf(commentEndpoints)

/** Its author and moderators see all of it, the writer of the post what readers see. */
const answerTo = (caller: Caller, { state, version, position }: Written) => ({
  body: isOwn(state, caller) || mayModerate(caller) ? commentForWriter(state) : commentForPublic(state),
  version,
  position,
})

/** A guest or a person: the endpoints that write let no other caller in. */
const idOf = (caller: Caller): string => {
  if (caller.kind === 'guest' || caller.kind === 'person') return caller.id
  throw new Problem('forbidden')
}

/** A guest goes by the name they give; a person by the one their account has, whatever the body says. */
const authorOf = (caller: Caller, given: z.output<typeof createComment>['author']) => ({
  authorId: idOf(caller),
  author: caller.kind === 'person' ? { name: caller.name, url: null, email: null } : given,
})

interface Creation {
  clock: Clock
  ids: Ids
  writer: Writer
  rateLimits: RateLimits
  threads: Threads
}

export const creation = ({ clock, ids, writer, rateLimits, threads }: Creation) =>
  handlers({
    'POST /posts/:id/comments': {
      before: rateLimits.comment,
      async handle({ params, body, command }, caller) {
        const { author, parentId, ...given } = body
        // A retry must meet the same stream, so the comment's id follows from the key as well.
        const id = command.idempotency ? derivedId('comment', command.idempotency.id) : ids.next()
        const written = await writer.comment(
          {
            id,
            postId: params.id,
            parentId: parentId?.toLowerCase() ?? null,
            ...authorOf(caller, author),
            ...given,
            status: 'pending',
            createdAt: clock.now().toISOString(),
          },
          caller,
          command,
        )
        return { ...answerTo(caller, written), location: `/comments/${id}` }
      },
    },
    async 'POST /imports'({ body, cause }) {
      return { body: await importComments(body, { writer, threads, ids, clock, cause }) }
    },
  })

interface Flagging {
  id: string
  command: Command
  caller: Caller
}

export const changes = ({ clock, writer, rateLimits }: Pick<Creation, 'clock' | 'writer' | 'rateLimits'>) => {
  // By the clock that is ahead: one that is set back gives no guest more time.
  const now = () => new Date(latest(clock)).toISOString()
  /** What a change is decided by. */
  const asked = async (caller: Caller) => ({ caller, at: now(), settings: await writer.settingsNow() })

  /** Sets the one flag of a body. */
  const set = async (body: Partial<CommentFlags>, { id, command, caller }: Flagging) => {
    const [[flag, value]] = Object.entries(body) as [[CommentFlag, boolean]]
    const [post, by] = await Promise.all([writer.postOf(id), asked(caller)])
    const setFlag = { kind: 'flag', flag, value, post, cause: command.id, ...by } as const
    return answerTo(caller, await writer.write(id, setFlag, command))
  }

  return handlers({
    async 'PATCH /comments/:id'({ params, body: { content }, command }, caller) {
      const edit = { kind: 'edit', content, cause: command.id, ...(await asked(caller)) } as const
      return answerTo(caller, await writer.write(params.id, edit, command))
    },
    'PUT /comments/:id/vote': {
      before: rateLimits.vote,
      async handle({ params: { id }, body: { value }, command }, caller) {
        const voterId = idOf(caller)
        const settings = await writer.settingsNow()
        const vote = { kind: 'vote', caller, settings, voterId, value, cause: command.id } as const
        const { state, version, position } = await writer.write(id, vote, command)
        return { body: { id, value, score: state.status === 'deleted' ? 0 : state.score }, version, position }
      },
    },
    'POST /comments/:id/promote': ({ params, command }, caller) =>
      set({ promoted: true }, { id: params.id, command, caller }),
    'PUT /comments/:id/promoted': ({ params, body, command }, caller) =>
      set(body, { id: params.id, command, caller }),
    'PUT /comments/:id/advertised': ({ params, body, command }, caller) =>
      set(body, { id: params.id, command, caller }),
    'PUT /comments/:id/searchable': ({ params, body, command }, caller) =>
      set(body, { id: params.id, command, caller }),
    'PUT /comments/:id/anonymized': ({ params, body, command }, caller) =>
      set(body, { id: params.id, command, caller }),
    async 'POST /comments/:id/take-down'({ params, body: { reason }, command }, caller) {
      const by = doerOf(caller)
      const takeDown = { kind: 'take-down', by, reason, at: now(), cause: command.id } as const
      const { position } = await writer.write(params.id, takeDown, command)
      return { position }
    },
    async 'DELETE /comments/:id'({ params, command }, caller) {
      const remove = { kind: 'delete', cause: command.id, ...(await asked(caller)) } as const
      const { position } = await writer.write(params.id, remove, command)
      return { position }
    },
  })
}

export const reads = (threads: Threads) =>
  handlers({
    'GET /posts/:id/comments'({ params, query: { limit, cursor } }, caller) {
      const status = threads.postStatus(params.id)
      // Moderators see the thread of a post that is a draft again.
      if (status !== 'published' && !(status === 'draft' && mayModerate(caller))) throw notFound('such post')
      const found = threads.page({ postId: params.id, after: cursor, limit: limit + 1 })
      const shown = found.slice(0, limit)
      const last = shown.at(-1)
      return {
        body: new PrintedText(`[${shown.map(({ body }) => body).join(',')}]`),
        next: found.length > limit && last ? { cursor: String(last.seq) } : undefined,
        headers: { 'Cache-Control': 'no-cache' },
      }
    },
    'GET /comments/:id'({ params }, caller) {
      const comment = threads.one(params.id)
      if (comment === undefined) throw notFound('such comment')
      if (comment.deleted) throw new Problem('gone', { detail: 'This comment was deleted.' })
      const showsReason = comment.reason !== null && (isOwn(comment, caller) || mayModerate(caller))
      return {
        body: showsReason
          ? { ...JSON.parse(comment.body), reason: comment.reason }
          : new PrintedText(comment.body),
        version: comment.version,
        headers: { Vary: 'Authorization', 'Cache-Control': showsReason ? 'private, no-cache' : 'no-cache' },
      }
    },
  })
