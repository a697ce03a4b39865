import type { Clock } from '@logbook/chassis/clock.ts'
import { linkNext } from '@logbook/chassis/http/answers.ts'
import { reachPosition, readAtPosition } from '@logbook/chassis/http/min-position.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { Router } from 'express'
import { limits } from '../limits.ts'
import { prepare, sendPrepared } from '../pages/prepared.ts'
import type { LiveView } from '../rebuild/live-view.ts'
import { isPrivate, pinnedTo, readAsOf } from './as-of-request.ts'
import { parseFoundCursor, printFoundCursor } from './cursor.ts'
import { searchQuery } from './queries.ts'

/** `GET /search`. */
export const createSearchRoutes = ({ live, clock }: { live: LiveView; clock: Clock }): Router => {
  const router = Router()
  router.get('/search', readAtPosition(live.search), async (req, res) => {
    const { q, kind, limit, cursor, asOf: asOfText } = validate(searchQuery, req.query)
    const blog = live.current.projections.times.blog()
    const offset = cursor === undefined ? 0 : parseFoundCursor(blog, cursor)
    const asOf = readAsOf(res, asOfText, { live, clock })
    // The pages may be a moment ahead of the index.
    if (asOf !== undefined) await reachPosition(live.search, asOf.position, limits.searchWaitMsMax)
    const { hits, next } = live.current.search.find({ q, kind, limit, offset, asOf })
    const pinned = pinnedTo(asOf)
    const more = next === undefined || blog === undefined ? undefined : printFoundCursor(blog, next)
    const link = more && linkNext(req, { cursor: more, ...pinned })
    sendPrepared(req, res, prepare({ text: JSON.stringify(hits), link }), isPrivate(asOf))
  })
  return router
}
