import { linkNext } from '@logbook/chassis/http/answers.ts'
import { readAtPosition } from '@logbook/chassis/http/min-position.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { invalid } from '@logbook/chassis/problem.ts'
import { Router } from 'express'
import { prepare, sendPrepared } from './prepared.ts'
import { searchQuery } from './queries.ts'
import type { Search } from './search.ts'

const printOffset = (offset: number): string => Buffer.from(`found ${offset}`).toString('base64url')

const parseOffset = (cursor: string): number => {
  const [, digits] = /^found (\d{1,6})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? []
  if (digits === undefined) throw invalid('cursor', 'must be the cursor of an earlier answer')
  return Number(digits)
}

/** `GET /search`. */
export const createSearchRoutes = (search: Search): Router => {
  const router = Router()
  router.get('/search', readAtPosition(search.follower), (req, res) => {
    const { q, limit, cursor, asOf } = validate(searchQuery, req.query)
    // To leave it out silently would pass the present off as the past.
    if (asOf !== undefined) throw invalid('asOf', 'must be left out: only the present can be searched')
    const offset = cursor === undefined ? 0 : parseOffset(cursor)
    const { hits, next } = search.find({ q, limit, offset })
    const link = next === undefined ? undefined : linkNext(req, { cursor: printOffset(next) })
    sendPrepared(req, res, prepare({ text: JSON.stringify(hits), link }))
  })
  return router
}
