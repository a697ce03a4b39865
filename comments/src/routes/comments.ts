import { callerOf } from '@logbook/chassis/access/gate.ts'
import { type Clock, latest } from '@logbook/chassis/clock.ts'
import { answerCommand, etagOf, ifMatchVersion, linkNext, uuidParam } from '@logbook/chassis/http/answers.ts'
import { causeOf } from '@logbook/chassis/http/app.ts'
import { jsonBody } from '@logbook/chassis/http/body.ts'
import { idempotencyOf } from '@logbook/chassis/http/idempotency.ts'
import { readAtPosition } from '@logbook/chassis/http/min-position.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { derivedId, type Ids } from '@logbook/chassis/ids.ts'
import { notFound, Problem } from '@logbook/chassis/problem.ts'
import { bounds } from '@logbook/contracts/bounds.ts'
import {
  createComment,
  editComment,
  takeDownComment,
  voteOnComment,
} from '@logbook/contracts/http/comments.ts'
import { type Caller, doerOf, mayModerate } from '@logbook/contracts/identity.ts'
import { type Request, type Response, Router } from 'express'
import { z } from 'zod'
import { isOwn } from '../domain/permission.ts'
import { limits } from '../limits.ts'
import { threadPage } from '../queries.ts'
import { authorView } from '../read-model/public-view.ts'
import type { Threads } from '../read-model/threads.ts'
import { importComments } from './imports.ts'
import type { Brakes } from './rate-limits.ts'
import type { Circumstances, Writer, Written } from './writer.ts'

export interface RoutesOptions {
  clock: Clock
  ids: Ids
  writer: Writer
  brakes: Brakes
  threads: Threads
  follower: Parameters<typeof readAtPosition>[0]
}

const importItems = z.array(z.unknown()).max(bounds.importItemsMax)

/** HTTP in, HTTP out. */
export const createRoutes = (options: RoutesOptions): Router => {
  const router = Router()
  routeCreation(router, options)
  routeChanges(router, options)
  routeReads(router, options)
  return router
}

const circumstancesOf = (
  req: Request,
  res: Response,
  { ids, body }: { ids: Ids; body?: unknown },
): Circumstances => {
  const idempotency = idempotencyOf(req, res, { service: 'comments', body })
  return {
    id: idempotency?.id ?? ids.next(),
    ifMatch: ifMatchVersion(req),
    idempotency,
    ...causeOf(res),
  }
}

const answer = (res: Response, { state, version, position }: Written): void =>
  answerCommand(res, { status: 200, position, version, body: authorView(state) })

/** A guest or a person: the table lets nobody else write. */
const idOf = (caller: Caller): string => {
  if (caller.kind === 'guest' || caller.kind === 'person') return caller.id
  throw new Problem('forbidden')
}

/** A guest goes by the name they give; a person by the one their account has, whatever the body says. */
const authorOf = (caller: Caller, given: z.output<typeof createComment>['author']) => ({
  authorId: idOf(caller),
  author: caller.kind === 'person' ? { name: caller.name, url: null, email: null } : given,
})

const routeCreation = (router: Router, { clock, ids, writer, brakes, threads }: RoutesOptions): void => {
  const body = jsonBody({ bytesMax: limits.jsonBytesMax })
  const importBody = jsonBody({ bytesMax: limits.importBytesMax })

  router.post('/posts/:id/comments', brakes.comment, body, async (req: Request, res: Response) => {
    const postId = uuidParam(req, 'id')
    const given = validate(createComment, req.body)
    const { author, parentId, content } = given
    const { ifMatch: _, ...circumstances } = circumstancesOf(req, res, { ids, body: given })
    const { idempotency } = circumstances
    // A retry must meet the same stream, so the comment's id follows from the key as well.
    const id = idempotency ? derivedId('comment', idempotency.id) : ids.next()
    const { state, version, position } = await writer.comment(
      {
        id,
        postId,
        parentId: parentId?.toLowerCase() ?? null,
        ...authorOf(callerOf(res), author),
        content,
        status: 'pending',
        createdAt: clock.now().toISOString(),
      },
      callerOf(res),
      circumstances,
    )
    answerCommand(res, {
      status: 201,
      position,
      version,
      location: `/comments/${id}`,
      body: authorView(state),
    })
  })

  router.post('/imports', importBody, async (req: Request, res: Response) => {
    const items = validate(importItems, req.body)
    res.json(await importComments(items, { writer, threads, ids, cause: causeOf(res) }))
  })
}

const routeChanges = (router: Router, { clock, ids, writer, brakes }: RoutesOptions): void => {
  const body = jsonBody({ bytesMax: limits.jsonBytesMax })
  // By the clock that is ahead: one that is set back gives no guest more time.
  const now = () => new Date(latest(clock)).toISOString()

  router.patch('/comments/:id', body, async (req: Request, res: Response) => {
    const id = uuidParam(req, 'id')
    const { content } = validate(editComment, req.body)
    const circumstances = circumstancesOf(req, res, { ids, body: { content } })
    const command = {
      kind: 'edit',
      caller: callerOf(res),
      content,
      at: now(),
      settings: await writer.settingsNow(),
      cause: circumstances.id,
    } as const
    answer(res, await writer.write(id, command, circumstances))
  })

  router.put('/comments/:id/vote', brakes.vote, body, async (req: Request, res: Response) => {
    const id = uuidParam(req, 'id')
    const { value } = validate(voteOnComment, req.body)
    const caller = callerOf(res)
    const voterId = idOf(caller)
    const circumstances = circumstancesOf(req, res, { ids, body: { value } })
    const settings = await writer.settingsNow()
    const command = { kind: 'vote', caller, settings, voterId, value, cause: circumstances.id } as const
    const { state, version, position } = await writer.write(id, command, circumstances)
    const score = state.status === 'deleted' ? 0 : state.score
    answerCommand(res, { status: 200, position, version, body: { id, score, value } })
  })

  router.post('/comments/:id/promote', async (req: Request, res: Response) => {
    const id = uuidParam(req, 'id')
    const circumstances = circumstancesOf(req, res, { ids })
    answer(res, await writer.write(id, { kind: 'promote', cause: circumstances.id }, circumstances))
  })

  router.post('/comments/:id/take-down', body, async (req: Request, res: Response) => {
    const id = uuidParam(req, 'id')
    const { reason } = validate(takeDownComment, req.body)
    const circumstances = circumstancesOf(req, res, { ids, body: { reason } })
    const by = doerOf(callerOf(res))
    const command = { kind: 'take-down', by, reason, at: now(), cause: circumstances.id } as const
    const { position } = await writer.write(id, command, circumstances)
    answerCommand(res, { status: 204, position, body: undefined })
  })

  router.delete('/comments/:id', async (req: Request, res: Response) => {
    const id = uuidParam(req, 'id')
    const circumstances = circumstancesOf(req, res, { ids })
    const settings = await writer.settingsNow()
    const asked = { caller: callerOf(res), at: now(), settings }
    const { position } = await writer.write(
      id,
      { kind: 'delete', cause: circumstances.id, ...asked },
      circumstances,
    )
    answerCommand(res, { status: 204, position, body: undefined })
  })
}

const routeReads = (router: Router, { threads, follower }: RoutesOptions): void => {
  const read = readAtPosition(follower)

  router.get('/posts/:id/comments', read, (req, res) => {
    const postId = uuidParam(req, 'id')
    const { limit, cursor } = validate(threadPage, req.query)
    const status = threads.postStatus(postId)
    // Moderators see the thread of a post that is a draft again.
    if (status !== 'published' && !(status === 'draft' && mayModerate(callerOf(res))))
      throw notFound('such post')
    const found = threads.page({ postId, after: cursor, limit: limit + 1 })
    const shown = found.slice(0, limit)
    const last = shown.at(-1)
    if (found.length > limit && last) res.set('Link', linkNext(req, { cursor: String(last.seq) }))
    res
      .set('Cache-Control', 'no-cache')
      .type('json')
      .send(`[${shown.map(({ body }) => body).join(',')}]`)
  })

  router.get('/comments/:id', read, (req, res) => {
    const comment = threads.one(uuidParam(req, 'id'))
    if (comment === undefined) throw notFound('such comment')
    if (comment.deleted) throw new Problem('gone', { detail: 'This comment was deleted.' })
    const caller = callerOf(res)
    const isTold = comment.reason !== null && (isOwn(comment, caller) || mayModerate(caller))
    res
      .vary('Authorization')
      .set({ ETag: etagOf(comment.version), 'Cache-Control': isTold ? 'private, no-cache' : 'no-cache' })
      .type('json')
      .send(isTold ? JSON.stringify({ ...JSON.parse(comment.body), reason: comment.reason }) : comment.body)
  })
}
