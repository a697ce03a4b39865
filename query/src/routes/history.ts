import { callerOf } from '@logbook/chassis/access/gate.ts'
import { uuidParam } from '@logbook/chassis/http/answers.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { notFound } from '@logbook/chassis/problem.ts'
import { type RequestHandler, Router } from 'express'
import { commentHistory } from '../history/comment-history.ts'

/** Why a comment is what it is. */
export const createHistoryRoutes = (bus: Bus, read: RequestHandler): Router => {
  const router = Router()
  router.get('/comments/:id/history', read, async (req, res) => {
    const entries = await commentHistory(bus, { id: uuidParam(req, 'id'), caller: callerOf(res) })
    if (entries.length === 0) throw notFound('such comment')
    res.vary('Authorization').set('Cache-Control', 'private, no-cache').json(entries)
  })
  return router
}
