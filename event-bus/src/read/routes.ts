import type { WakeSignal } from '@logbook/chassis/async/wake-signal.ts'
import { etagOf, linkNext } from '@logbook/chassis/http/answers.ts'
import { assertSameLog } from '@logbook/chassis/log/identity.ts'
import type { LogStore, StoredPage } from '@logbook/chassis/log/log-store.ts'
import { notFound, Problem } from '@logbook/chassis/problem.ts'
import { subject as subjectSchema } from '@logbook/contracts/envelope.ts'
import { headers } from '@logbook/contracts/http/headers.ts'
import type { Request, RequestHandler, Response, Router } from 'express'
import { assertExpectedLog } from '../append/expected-log.ts'
import { mediaTypes } from '../http/media-types.ts'
import { limits } from '../limits.ts'
import { writeAndWait } from './flow.ts'
import { followStream } from './follow-stream.ts'
import { type Filter, knownLog, lastEventId, readEventsQuery, readStreamQuery } from './queries.ts'

interface Reading {
  store: LogStore
  signal: WakeSignal
  /** Aborts when followers must disconnect. */
  closing: AbortSignal
  followersMax?: number
}

// Stored texts are joined: a page is served without being parsed.
const sendPage = (req: Request, res: Response, type: string, page: StoredPage): void => {
  const { ndjson, json } = mediaTypes
  const body = Buffer.from(
    type === ndjson ? page.events.map((event) => `${event}\n`).join('') : `[${page.events.join(',')}]`,
  )
  res
    .writeHead(200, {
      'Content-Type': type === json ? `${json}; charset=utf-8` : type,
      'Content-Length': body.length,
      'Cache-Control': 'no-store',
    })
    .end(req.method === 'HEAD' ? undefined : body)
}

/** Streams the log up to its present end, one event per line, in bounded chunks. */
const streamLines = async (
  { store }: Reading,
  res: Response,
  request: { after: number; filter: Filter },
): Promise<void> => {
  const end = store.head()
  res.writeHead(200, {
    'Content-Type': mediaTypes.ndjson,
    'Cache-Control': 'no-store',
    [headers.position]: String(end),
  })
  for (let after = request.after; after < end && !res.destroyed; ) {
    const page = await store.read({
      after,
      limit: limits.chunkEventsMax,
      bytesMax: limits.chunkBytesMax,
      ...request.filter,
    })
    const lines = page.events.filter((_, index) => (page.positions[index] ?? 0) <= end)
    await writeAndWait(res, lines.map((event) => `${event}\n`).join(''))
    after = page.position
  }
  res.end()
}

const acceptable = Object.values(mediaTypes)

const events =
  (reading: Reading, follow: (res: Response, request: { after: number; filter: Filter }) => Promise<void>) =>
  async (req: Request, res: Response): Promise<void> => {
    const { store } = reading
    const type = req.accepts(...acceptable)
    if (type === false || type === mediaTypes.cloudEvent)
      throw new Problem('not-acceptable', { detail: `Accept one of ${acceptable.join(', ')}.` })
    const { after = 0, limit, filter } = readEventsQuery(req)
    const live = type === mediaTypes.eventStream
    const from = (live ? lastEventId(req) : undefined) ?? after
    await assertSameLog(store, from, knownLog(req))
    res.vary('Accept')
    if (live && req.method !== 'HEAD') return follow(res, { after: from, filter })
    if (type === mediaTypes.ndjson && limit === undefined)
      return streamLines(reading, res, { after: from, filter })
    const page = await store.read({
      after: from,
      limit: limit ?? limits.pageSizeDefault,
      bytesMax: limits.pageBytesMax,
      ...filter,
    })
    res.set({
      [headers.position]: String(page.position),
      [headers.logChecksum]: await store.checksumAt(page.position),
    })
    if (page.more) res.set('Link', linkNext(req, { after: String(page.position) }))
    sendPage(req, res, type, page)
  }

const stream =
  ({ store }: Reading): RequestHandler =>
  async (req, res) => {
    const { after, limit } = readStreamQuery(req)
    assertExpectedLog(store.identity, req)
    const subject = subjectSchema.safeParse(req.params.subject).data
    const page =
      subject === undefined
        ? undefined
        : await store.readStream(subject, { after, limit, bytesMax: limits.pageBytesMax })
    if (subject === undefined || page === undefined || page.version === 0)
      throw notFound(`stream ${String(req.params.subject).slice(0, 200)}`)
    res.set({ ETag: etagOf(page.version), [headers.position]: String(store.head()) })
    if (req.get('If-None-Match') === etagOf(page.version)) {
      res.status(304).end()
      return
    }
    if (page.more) res.set('Link', linkNext(req, { after: String(page.position) }))
    sendPage(req, res, mediaTypes.json, page)
  }

interface Followers {
  all: number
  /** Readers that have not caught up. */
  behind: number
}

/** The bytes of one reader's pages among `n` that catch up. A larger event is sent alone. */
export const pieceBytesOf = (behind: number): number =>
  Math.max(
    limits.chunkBytesMin,
    Math.min(limits.chunkBytesMax, Math.floor(limits.catchUpBytesMax / Math.max(1, behind))),
  )

/** `GET /events` and `GET /streams/:subject`. */
export const routeReads = (router: Router, reading: Reading): { followers: () => Followers } => {
  const { followersMax = limits.followersMax } = reading
  let followers = 0
  let caughtUp = 0
  const follow = async (res: Response, request: { after: number; filter: Filter }) => {
    if (followers >= followersMax)
      throw new Problem('unavailable', { detail: 'Too many readers follow the log.', retryAfter: 5 })
    const { store, signal, closing } = reading
    const left = new AbortController()
    res.once('close', () => left.abort())
    const bytesMax = () => pieceBytesOf(followers - caughtUp)
    const ended = AbortSignal.any([closing, left.signal])
    let its = false
    const onStanding = (now: boolean): void => {
      caughtUp += Number(now) - Number(its)
      its = now
    }
    followers += 1
    try {
      await followStream({ store, signal, res, ...request, ended, bytesMax, onStanding })
    } finally {
      onStanding(false)
      followers -= 1
    }
  }
  router.get('/events', events(reading, follow))
  router.get('/streams/:subject', stream(reading))
  return { followers: () => ({ all: followers, behind: followers - caughtUp }) }
}
