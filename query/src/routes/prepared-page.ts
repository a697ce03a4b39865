import { callerOf } from '@logbook/chassis/access/gate.ts'
import type { Clock } from '@logbook/chassis/clock.ts'
import { linkNext, setPosition } from '@logbook/chassis/http/answers.ts'
import type { RawHandler } from '@logbook/chassis/http/serve.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { routeOf } from '@logbook/chassis/metrics/metrics.ts'
import { queryEndpoints } from '@logbook/contracts/endpoints/query.ts'
import type { Endpoint, ParamNames, RequestOf } from '@logbook/contracts/http/endpoint.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import type { Request, RequestHandler, Response } from 'express'
import type { PageCache, Subject } from '../pages/cache.ts'
import { prepare, sendPrepared } from '../pages/prepared.ts'
import type { AsOf } from '../projections/temporal.ts'
import type { LiveView } from '../rebuild/live-view.ts'
import { parseAsOf } from './as-of.ts'

type Rows = typeof queryEndpoints.rows

/** The parts of a prepared answer. */
export interface PageParts {
  text: string
  contentType?: string
  /** The cache tag follows from it. Without it, the answer is not cached. */
  subject?: Subject
  /** Parameters of this address that make it that of the next page. */
  next?: Record<string, string> | undefined
  /** What `Link` says where there is no next page. */
  link?: string | undefined
  /** `cache.changes()` when its rows were read; without it, when the request came. A change since then keeps it out of the cache. */
  since?: number
}

/** Another address of what was asked for, relative to this one, so that it holds behind any gateway. */
export interface Redirect {
  location: string
}

type Input<Row extends keyof Rows> = Pick<RequestOf<Row, Rows[Row]>, 'query'> & {
  params: Record<ParamNames<Row>, string>
  /** The query string as it was sent. */
  search: URLSearchParams
  /** The past that `asOf` in the query names; undefined is now. */
  asOf: AsOf
}

type Make<Row extends keyof Rows> = (
  input: Input<Row>,
  caller: Caller,
) => PageParts | Redirect | Promise<PageParts | Redirect>

/** What a person or a guest is shown of the past is made for them alone. */
const isOfOneReader = (asOf: AsOf): boolean => asOf !== undefined && (asOf.showsAll || asOf.viewerId !== null)

/** A permanent redirect by method and body, but not cached: a post may take an earlier slug back. */
const redirect = (res: Response, { location }: Redirect): void =>
  void res.set({ Location: location, 'Cache-Control': 'no-cache' }).status(308).end()

const inputOf = <Row extends keyof Rows>(
  req: Request,
  { query, asOf }: { query: Record<string, unknown>; asOf: AsOf },
): Input<Row> =>
  ({
    ...{ params: req.params, query, asOf },
    get search() {
      return new URL(req.originalUrl, 'http://logbook').searchParams
    },
  }) as unknown as Input<Row>

interface Options {
  cache: PageCache
  live: LiveView
  clock: Clock
}

/**
 * Makes handlers of answers that are prepared as bytes, cached by their address and sent with an entity tag. With `perReader`, people and
 * guests get an answer of their own. Answers to one reader and answers of the past are not cached.
 */
export const preparedPages =
  ({ cache, live, clock }: Options) =>
  <Row extends keyof Rows>(row: Row, make: Make<Row>, { perReader = false } = {}): RawHandler => {
    const { query: schema }: Endpoint = queryEndpoints.rows[row]
    // Sends bytes that are kept with their compressed forms.
    const raw: RequestHandler = async (req, res) => {
      const caller = callerOf(res)
      const isOwn = perReader && (caller.kind === 'person' || caller.kind === 'guest')
      const known = isOwn ? undefined : cache.get(req.url)?.prepared
      if (known) return sendPrepared(req, res, known, { cache })
      const now = cache.changes()
      const query = schema ? validate(schema, req.query) : {}
      const asOf = parseAsOf(query.asOf, caller, { live, clock })
      if (asOf) setPosition(res, { position: asOf.position, log: live.log })
      const made = await make(inputOf(req, { query, asOf }), caller)
      if ('location' in made) return redirect(res, made)
      const { subject, next, since = now, ...parts } = made
      // A next page is of the same position.
      const pinned = asOf ? { asOf: String(asOf.position) } : {}
      const prepared = prepare({ ...parts, link: next ? linkNext(req, { ...next, ...pinned }) : parts.link })
      if (subject !== undefined && asOf === undefined && !isOwn)
        cache.set({ url: req.url, route: routeOf(req), subject, prepared, since })
      sendPrepared(req, res, prepared, { cache, isPrivate: isOwn || isOfOneReader(asOf) })
    }
    return { raw }
  }

export type PreparedPages = ReturnType<typeof preparedPages>
