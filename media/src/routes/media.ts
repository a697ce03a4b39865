import { callerOf } from '@logbook/chassis/access/gate.ts'
import type { Clock } from '@logbook/chassis/clock.ts'
import type { CommandHandler } from '@logbook/chassis/command/command-handler.ts'
import type { Follower } from '@logbook/chassis/follow/follower.ts'
import { answerCommand, etagOf, linkNext, uuidParam } from '@logbook/chassis/http/answers.ts'
import { jsonBody } from '@logbook/chassis/http/body.ts'
import { reachPosition, readAtPosition } from '@logbook/chassis/http/min-position.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { derivedId, type Ids } from '@logbook/chassis/ids.ts'
import { invalid, notFound, Problem } from '@logbook/chassis/problem.ts'
import { mediaSubject } from '@logbook/contracts/events/media.ts'
import { describeMedia, requestMedia } from '@logbook/contracts/http/media.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import { mayModerate } from '@logbook/contracts/identity.ts'
import { type Request, type Response, Router } from 'express'
import { decide, type MediaCommand, mayManage } from '../domain/decide.ts'
import { nameFromUrl, safeName, uniqueName } from '../domain/file-name.ts'
import type { MediaEvent, Medium } from '../domain/medium.ts'
import type { JobProgress } from '../jobs/job-progress.ts'
import { ownerOf, type Requests } from '../jobs/requests.ts'
import { limits } from '../limits.ts'
import { mediaPage } from '../queries.ts'
import type { Medium as MediumRow, View } from '../read-model/view.ts'
import { answerOf } from './answers.ts'
import { commandContextOf } from './command-context.ts'

export interface MediaRoutesOptions {
  media: CommandHandler<Medium, MediaEvent>
  requests: Requests
  view: View
  follower: Parameters<typeof readAtPosition>[0] & Pick<Follower<never>, 'reached'>
  jobProgress: JobProgress
  clock: Clock
  ids: Ids
  /** Returns why a URL may not be fetched, judged without a DNS lookup, or undefined. */
  objectionTo: (url: URL) => string | undefined
}

const viewMsMax = 2_000

/** A medium that the caller may see and change. Throws `not-found` for others. */
export const managedMedium = (view: Pick<View, 'one'>, id: string, caller: Caller): MediumRow => {
  const medium = view.one(id)
  if (medium === undefined || !mayManage({ ownerId: medium.owner }, caller)) throw notFound('such medium')
  return medium
}

/** The routes of people. */
export const createMediaRoutes = (options: MediaRoutesOptions): Router => {
  const router = Router()
  routeReads(router, options)
  routeRequest(router, options)
  routeChanges(router, options)
  return router
}

const routeReads = (router: Router, { view, jobProgress, follower }: MediaRoutesOptions): void => {
  const read = readAtPosition(follower)

  router.get('/media', read, (req, res) => {
    const {
      limit,
      cursor = Number.MAX_SAFE_INTEGER,
      state,
      owner,
      q,
      unused,
    } = validate(mediaPage, req.query)
    const caller = callerOf(res)
    const own = ownerOf(caller) ?? undefined
    const seesAll = caller.kind === 'service' || mayModerate(caller)
    const asked = owner === 'me' ? own : owner
    if (!seesAll && asked !== undefined && asked !== own) throw new Problem('forbidden')
    const found = view.page({
      ...{ before: cursor, limit: limit + 1, state, words: q, isUnused: unused === 'true' },
      owner: seesAll ? asked : own,
    })
    const shown = found.slice(0, limit)
    const last = shown.at(-1)
    if (found.length > limit && last) res.set('Link', linkNext(req, { cursor: String(last.position) }))
    res
      .set('Cache-Control', 'private, no-cache')
      .json(shown.map((medium) => answerOf(medium, { view, jobProgress })))
  })

  router.get('/media/:id', read, (req, res) => {
    const medium = managedMedium(view, uuidParam(req, 'id'), callerOf(res))
    res
      .set({ ETag: etagOf(medium.version), 'Cache-Control': 'private, no-cache' })
      .json(answerOf(medium, { view, jobProgress }))
  })
}

/** Answers a command with the medium once the view has its events. */
const answer = async (
  res: Response,
  done: { id: string; position: number; version: number; status: number },
  { view, jobProgress, follower }: Pick<MediaRoutesOptions, 'view' | 'jobProgress' | 'follower'>,
): Promise<void> => {
  const { id, position, version, status } = done
  await reachPosition(follower, position, viewMsMax)
  const medium = view.one(id)
  answerCommand(res, {
    ...{ status, position, version },
    ...(status === 201 ? { location: `/media/${id}` } : {}),
    body: medium && answerOf(medium, { view, jobProgress }),
  })
}

const routeRequest = (router: Router, options: MediaRoutesOptions): void => {
  const { requests, ids, objectionTo } = options
  const body = jsonBody({ bytesMax: limits.jsonBytesMax })

  router.post('/media', body, async (req: Request, res: Response) => {
    const { url, name, ...wanted } = validate(requestMedia, req.body)
    const objection = objectionTo(new URL(url))
    if (objection !== undefined) throw invalid('url', objection)
    const owner = ownerOf(callerOf(res))
    const context = commandContextOf(req, res, { url, name, ...wanted })
    const { idempotency } = context
    requests.assertJobQuota(owner)
    requests.assertSpace(owner, 0)
    const id = idempotency ? derivedId('media', idempotency.id) : ids.next()
    const medium = { id, url, upload: null, name: name ?? nameFromUrl(url), ...wanted }
    const { position, version } = await requests.request(medium, owner, context)
    await answer(res, { id, position, version, status: 201 }, options)
  })
}

type OfPerson = Extract<MediaCommand, { caller: Caller }>
type Asked = OfPerson extends infer Each
  ? Each extends OfPerson
    ? Omit<Each, 'at' | 'caller'>
    : never
  : never

const routeChanges = (router: Router, options: MediaRoutesOptions): void => {
  const { media, clock, view } = options
  const body = jsonBody({ bytesMax: limits.jsonBytesMax })

  const change = async (req: Request, res: Response, asked: Asked): Promise<void> => {
    const id = uuidParam(req, 'id')
    const command = { ...asked, at: clock.now().toISOString(), caller: callerOf(res) } as OfPerson
    const { position, version } = await media.handle({
      ...commandContextOf(req, res, asked),
      subject: mediaSubject(id),
      decide: (medium) => decide(medium, command),
    })
    if (asked.kind === 'remove') {
      // A list that is read next must not have it any more.
      await reachPosition(options.follower, position, viewMsMax)
      answerCommand(res, { status: 204, position, body: undefined })
    } else await answer(res, { id, position, version, status: 200 }, options)
  }

  router.patch('/media/:id', body, async (req: Request, res: Response) => {
    const changes = validate(describeMedia, req.body)
    const { id, owner } = managedMedium(view, uuidParam(req, 'id'), callerOf(res))
    const { name } = changes
    const isTaken = (each: string) => view.isNamed(owner, each, id)
    await change(req, res, {
      kind: 'describe',
      changes: name === undefined ? changes : { ...changes, name: uniqueName(safeName(name), isTaken) },
    })
  })
  router.post('/media/:id/cancel', (req, res) => change(req, res, { kind: 'cancel' }))
  router.post('/media/:id/retry', (req, res) => change(req, res, { kind: 'retry' }))
  router.delete('/media/:id', (req, res) => change(req, res, { kind: 'remove' }))
}
