import { securityHeaders } from '@logbook/chassis/http/app.ts'
import { type RequestHandler, Router } from 'express'
import { z } from 'zod'
import { askService } from './ask-service.ts'
import { limits } from './limits.ts'
import type { LoadState } from './load.ts'

interface ServiceHealth {
  status: 'ok' | 'waiting' | 'down'
  /** How long its answer took, in ms. */
  ms: number
  position?: number
  /** Events that the log has and this service has not read. */
  lag?: number
}

interface HealthOfAll {
  /** `degraded` where readers are served and something else is not; `waiting` where readers are not. */
  status: 'ok' | 'degraded' | 'waiting'
  service: 'gateway'
  /** True where readers can be served. */
  ready: boolean
  /** Those that can't do their work. */
  degraded: string[]
  services: Record<string, ServiceHealth>
  /** What the gateway itself has taken on. */
  load: LoadState
}

/** Without these there is no page to read. */
const serveReaders = ['query', 'client']

/** What counts of a service's own words. */
const said = z
  .object({
    ready: z.boolean().optional().catch(undefined),
    position: z.number().optional().catch(undefined),
  })
  .catch({})

const ask = async (url: string): Promise<ServiceHealth> => {
  const begun = performance.now()
  const took = () => Math.round(performance.now() - begun)
  try {
    const { ready, position } = said.parse(
      await askService(`${url}/health`, { bytesMax: limits.healthBytesMax }),
    )
    return {
      status: ready === false ? 'waiting' : 'ok',
      ms: took(),
      ...(position === undefined ? {} : { position }),
    }
  } catch {
    return { status: 'down', ms: took() }
  }
}

/** The health of all, asked at once: who answers, how fast, and how far behind the log. */
const healthOfAll = async (urls: Record<string, string>, load: () => LoadState): Promise<HealthOfAll> => {
  const asked = await Promise.all(
    Object.entries(urls).map(async ([name, url]) => [name, await ask(url)] as const),
  )
  const services: Record<string, ServiceHealth> = Object.fromEntries(asked)
  const head = services['event-bus']?.position
  for (const service of Object.values(services)) {
    if (head !== undefined && service.position !== undefined)
      service.lag = Math.max(0, head - service.position)
  }
  const degraded = asked.filter(([, { status }]) => status !== 'ok').map(([name]) => name)
  const ready = !degraded.some((name) => serveReaders.includes(name))
  const status = ready ? (degraded.length === 0 ? 'ok' : 'degraded') : 'waiting'
  return { status, service: 'gateway', ready, degraded, services, load: load() }
}

/**
 * `GET /health` has the health of all and is always 200; `GET /health/ready` has the same, and is 503 while readers can't be served.
 * Who asks while an answer is being gathered shares it: no crowd of askers becomes many crowds behind.
 */
export const healthRoutes = (urls: Record<string, string>, load: () => LoadState): Router => {
  let asking: Promise<HealthOfAll> | undefined
  const gather = () => {
    asking ??= healthOfAll(urls, load).finally(() => {
      asking = undefined
    })
    return asking
  }
  const answer =
    (statusOf: (health: HealthOfAll) => number): RequestHandler =>
    async (_req, res) => {
      const health = await gather()
      res.set(securityHeaders).set('Cache-Control', 'no-store').status(statusOf(health)).json(health)
    }
  const router = Router()
  router.get(
    '/health',
    answer(() => 200),
  )
  router.get(
    '/health/ready',
    answer(({ ready }) => (ready ? 200 : 503)),
  )
  return router
}
