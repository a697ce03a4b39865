import { etagOf, linkNext } from '@logbook/chassis/http/answers.ts'
import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { assertSameLog } from '@logbook/chassis/log/identity.ts'
import type { LogStore, StoredPage } from '@logbook/chassis/log/log-store.ts'
import { notFound, Problem } from '@logbook/chassis/problem.ts'
import { busEndpoints } from '@logbook/contracts/endpoints/event-bus.ts'
import { subject as subjectSchema } from '@logbook/contracts/envelope.ts'
import { headers } from '@logbook/contracts/http/headers.ts'
import { eventsQuery, streamQuery } from '@logbook/contracts/http/log-queries.ts'
import { mediaTypes } from '@logbook/contracts/http/media-types.ts'
import type { Request, RequestHandler, Response } from 'express'
import { assertExpectedLog } from '../append/expected-log.ts'
import { limits } from '../limits.ts'
import { writeAndWait } from '../read/flow.ts'
import type { Followers } from '../read/followers.ts'
import { type Filter, knownLog, lastEventId } from '../read/queries.ts'

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
  store: LogStore,
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
  (store: LogStore, { follow }: Pick<Followers, 'follow'>): RequestHandler =>
  async (req, res) => {
    const type = req.accepts(...acceptable)
    if (type === false || type === mediaTypes.cloudEvent)
      throw new Problem('not-acceptable', { detail: `Accept one of ${acceptable.join(', ')}.` })
    const { after = 0, limit, types, subject } = validate(eventsQuery, { ...req.query })
    const filter: Filter = { ...(types ? { types } : {}), ...(subject ? { subject } : {}) }
    const live = type === mediaTypes.eventStream
    const from = (live ? lastEventId(req) : undefined) ?? after
    await assertSameLog(store, from, knownLog(req))
    res.vary('Accept')
    if (live && req.method !== 'HEAD') return follow(res, { after: from, filter })
    if (type === mediaTypes.ndjson && limit === undefined)
      return streamLines(store, res, { after: from, filter })
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
  (store: LogStore): RequestHandler =>
  async (req, res) => {
    const { after, limit } = validate(streamQuery, { ...req.query })
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

/** `GET /events` and `GET /streams/:subject`. */
export const createReadHandlers = (store: LogStore, followers: Pick<Followers, 'follow'>) =>
  // Both send stored texts as they are, without parsing them; the first also streams.
  handlersOf(busEndpoints)({
    'GET /events': { raw: events(store, followers) },
    'GET /streams/:subject': { raw: stream(store) },
  })
