import type { Clock } from '@logbook/chassis/clock.ts'
import { linkNext } from '@logbook/chassis/http/answers.ts'
import { reachPosition, readAtPosition } from '@logbook/chassis/http/min-position.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { invalid } from '@logbook/chassis/problem.ts'
import { Router } from 'express'
import { readAsOf } from './as-of-request.ts'
import { limits } from './limits.ts'
import type { LiveView } from './live-view.ts'
import { prepare, sendPrepared } from './prepared.ts'
import { searchQuery } from './queries.ts'

const printOffset = (offset: number): string => Buffer.from(`found ${offset}`).toString('base64url')

const parseOffset = (cursor: string): number => {
  const [, digits] = /^found (\d{1,6})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? []
  if (digits === undefined) throw invalid('cursor', 'must be the cursor of an earlier answer')
  return Number(digits)
}

/** `GET /search`. */
export const createSearchRoutes = ({ live, clock }: { live: LiveView; clock: Clock }): Router => {
  const router = Router()
  router.get('/search', readAtPosition(live.search), async (req, res) => {
    const { q, limit, cursor, asOf: asOfText } = validate(searchQuery, req.query)
    const offset = cursor === undefined ? 0 : parseOffset(cursor)
    const asOf = readAsOf(res, asOfText, { live, clock })
    // The pages may be a moment ahead of the index.
    if (asOf !== undefined) await reachPosition(live.search, asOf, limits.searchWaitMsMax)
    const { hits, next } = live.current.search.find({ q, limit, offset, asOf })
    const pinned = asOf === undefined ? {} : { asOf: String(asOf) }
    const link = next === undefined ? undefined : linkNext(req, { cursor: printOffset(next), ...pinned })
    sendPrepared(req, res, prepare({ text: JSON.stringify(hits), link }))
  })
  return router
}
