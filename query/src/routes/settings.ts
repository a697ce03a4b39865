import { routeOf } from '@logbook/chassis/metrics/metrics.ts'
import type { SettingsAnswer } from '@logbook/contracts/http/settings.ts'
import { type RequestHandler, Router } from 'express'
import type { PageCache } from '../pages/cache.ts'
import { prepare, sendPrepared } from '../pages/prepared.ts'

interface SettingsRoute {
  settings: () => SettingsAnswer
  cache: PageCache
  /** What every read passes first. */
  read: RequestHandler
}

/** The settings of the blog, for everyone. */
export const createSettingsRoute = ({ settings, cache, read }: SettingsRoute): Router => {
  const router = Router()
  router.get('/settings', read, (req, res) => {
    const prepared = cache.get(req.url)?.prepared ?? prepare({ text: JSON.stringify(settings()) })
    cache.set({ url: req.url, route: routeOf(req), subject: 'posts', prepared })
    sendPrepared(req, res, prepared, { cache })
  })
  return router
}
