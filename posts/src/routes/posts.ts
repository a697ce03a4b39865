import { callerOf } from '@logbook/chassis/access/gate.ts'
import type { Clock } from '@logbook/chassis/clock.ts'
import { answerCommand, etagOf, ifMatchVersion, linkNext, uuidParam } from '@logbook/chassis/http/answers.ts'
import { jsonBody } from '@logbook/chassis/http/body.ts'
import { idempotencyOf } from '@logbook/chassis/http/idempotency.ts'
import { readAtPosition } from '@logbook/chassis/http/min-position.ts'
import { causeOf } from '@logbook/chassis/http/request-cause.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { derivedId, type Ids } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { notFound, Problem } from '@logbook/chassis/problem.ts'
import { bounds } from '@logbook/contracts/bounds.ts'
import {
  type CreatePost,
  createPost,
  editPost,
  importAddress,
  takeDownPost,
} from '@logbook/contracts/http/posts.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import { type Request, type Response, Router } from 'express'
import { z } from 'zod'
import { isTheirs } from '../domain/decide.ts'
import { diffOf, historyOf, versionOf } from '../history/history.ts'
import { limits } from '../limits.ts'
import type { PostList } from '../read-model/post-list.ts'
import { addressesOf, importPosts } from './imports.ts'
import { diffQuery, historyPage, listPage, placeAfter, versionPath } from './paging.ts'
import type { Circumstances, Writer, Written } from './writer.ts'

export interface RoutesOptions {
  bus: Bus
  clock: Clock
  ids: Ids
  writer: Writer
  list: PostList
  follower: Parameters<typeof readAtPosition>[0]
}

const importAddresses = z.array(importAddress).max(bounds.importItemsMax)
const importItems = z.array(z.unknown()).max(bounds.importItemsMax)

/** HTTP in, HTTP out. */
export const createRoutes = (options: RoutesOptions): Router => {
  const router = Router()
  routeCommands(router, options)
  routeImports(router, options)
  routeReads(router, options)
  return router
}

const circumstancesOf = (req: Request, res: Response, body?: unknown): Circumstances => ({
  caller: callerOf(res),
  ifMatch: ifMatchVersion(req),
  idempotency: idempotencyOf(req, res, { service: 'posts', body }),
  ...causeOf(res),
})

const answer = (res: Response, { state, version, position }: Written): void =>
  answerCommand(res, { status: 200, position, version, body: state })

/** Who wrote it comes from who asks, and from nowhere else. */
const newPost = (
  { slug: _, status, ...text }: CreatePost,
  { id, at, caller }: { id: string; at: string; caller: Caller },
) => {
  const author =
    caller.kind === 'person'
      ? { authorId: caller.id, authorName: caller.name }
      : { authorId: null, authorName: null }
  const whole = { ...text, ...author, formerAddresses: [], id, createdAt: at, updatedAt: at }
  return status === 'published'
    ? { ...whole, status, publishedAt: at }
    : { ...whole, status, publishedAt: null }
}

const routeCommands = (router: Router, { clock, ids, writer }: RoutesOptions): void => {
  const body = jsonBody({ bytesMax: limits.jsonBytesMax })
  const now = () => clock.now().toISOString()

  router.post('/posts', body, async (req: Request, res: Response) => {
    const given = validate(createPost, req.body)
    const { ifMatch: _, ...circumstances } = circumstancesOf(req, res, given)
    const { idempotency, caller } = circumstances
    // A retry must meet the same stream, so the post's id follows from the key as well.
    const id = idempotency ? derivedId('post', idempotency.id) : ids.next()
    const { state, version, position } = await writer.create(
      newPost(given, { id, at: now(), caller }),
      given.slug,
      circumstances,
    )
    answerCommand(res, { status: 201, position, version, location: `/posts/${id}`, body: state })
  })

  router.patch('/posts/:id', body, async (req: Request, res: Response) => {
    const id = uuidParam(req, 'id')
    const changes = validate(editPost, req.body)
    answer(
      res,
      await writer.edit(id, { kind: 'edit', changes, at: now() }, circumstancesOf(req, res, changes)),
    )
  })

  router.post('/posts/:id/publish', async (req: Request, res: Response) => {
    const command = { kind: 'publish', at: now() } as const
    answer(res, await writer.publish(uuidParam(req, 'id'), command, circumstancesOf(req, res)))
  })

  router.post('/posts/:id/unpublish', async (req: Request, res: Response) => {
    const command = { kind: 'unpublish', at: now() } as const
    answer(res, await writer.write(uuidParam(req, 'id'), command, circumstancesOf(req, res)))
  })

  router.post('/posts/:id/take-down', body, async (req: Request, res: Response) => {
    const id = uuidParam(req, 'id')
    const given = validate(takeDownPost, req.body)
    const command = { kind: 'take-down', ...given, at: now() } as const
    const { position } = await writer.write(id, command, circumstancesOf(req, res, given))
    answerCommand(res, { status: 204, position, body: undefined })
  })

  router.delete('/posts/:id', async (req: Request, res: Response) => {
    const command = { kind: 'delete', at: now() } as const
    const { position } = await writer.write(uuidParam(req, 'id'), command, circumstancesOf(req, res))
    answerCommand(res, { status: 204, position, body: undefined })
  })
}

const routeImports = (router: Router, { bus, writer, list, follower }: RoutesOptions): void => {
  const body = jsonBody({ bytesMax: limits.importBytesMax })
  router.post('/imports', body, async (req: Request, res: Response) => {
    const items = validate(importItems, req.body)
    const circumstances = { ...causeOf(res), caller: callerOf(res) }
    res.json(await importPosts(items, { writer, list, ...circumstances }))
  })
  router.post('/imports/addresses', body, async (req: Request, res: Response) => {
    res.json(await addressesOf(validate(importAddresses, req.body), { bus, writer, list, follower }))
  })
}

const routeReads = (router: Router, { bus, list, follower }: RoutesOptions): void => {
  const read = readAtPosition(follower)

  router.get('/posts', read, (req, res) => {
    const caller = callerOf(res)
    const own = caller.kind === 'person' && caller.role !== 'owner' ? { authorId: caller.id } : {}
    const { entries, more } = list.page({ ...validate(listPage, req.query), ...own })
    const last = entries.at(-1)
    if (more && last) res.set('Link', linkNext(req, { cursor: placeAfter(last) }))
    const posts = entries.map(({ body, version }) => `${body.slice(0, -1)},"version":${version}}`)
    res
      .set('Cache-Control', 'no-cache')
      .type('json')
      .send(`[${posts.join(',')}]`)
  })

  router.get('/posts/:id', read, (req, res) => {
    const post = list.one(uuidParam(req, 'id'))
    // A post that is another author's is not there.
    if (post === undefined || !isTheirs(post, callerOf(res))) throw notFound('such post')
    if (post.status === 'deleted') throw new Problem('gone', { detail: 'This post was deleted.' })
    res
      .set({ ETag: etagOf(post.version), 'Cache-Control': 'no-cache' })
      .type('json')
      .send(post.body)
  })

  const asked = (req: Request, res: Response) => ({ id: uuidParam(req, 'id'), caller: callerOf(res) })

  router.get('/posts/:id/history', read, async (req, res) => {
    const { limit, cursor: before } = validate(historyPage, req.query)
    const { entries, more } = await historyOf(bus, { ...asked(req, res), limit, before })
    const last = entries.at(-1)
    if (more && last) res.set('Link', linkNext(req, { cursor: String(last.version) }))
    res.set('Cache-Control', 'no-cache').json(entries)
  })

  router.get('/posts/:id/history/:version', read, async (req, res) => {
    const { version } = validate(versionPath, { version: req.params.version })
    res.set('Cache-Control', 'no-cache').json(await versionOf(bus, { ...asked(req, res), version }))
  })

  router.get('/posts/:id/diff', read, async (req, res) => {
    const between = validate(diffQuery, req.query)
    res.set('Cache-Control', 'no-cache').json(await diffOf(bus, { ...asked(req, res), ...between }))
  })
}
