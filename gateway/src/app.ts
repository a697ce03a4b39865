import { createHttpApp, securityHeaders } from '@logbook/chassis/http/app.ts'
import { isLoopback } from '@logbook/chassis/http/loopback.ts'
import type { Logger } from '@logbook/chassis/log.ts'
import { isProblem } from '@logbook/chassis/problem.ts'
import type { Service } from '@logbook/chassis/run-service.ts'
import { type Request, type RequestHandler, Router } from 'express'
import { refuseCrossSite } from './cross-site.ts'
import { healthOfAll } from './health.ts'
import { createForward } from './proxy.ts'
import { destinationOf, type Upstream } from './routes.ts'

export interface GatewayOptions {
  upstreams: Record<Upstream, string>
  busUrl: string
  log: Logger
}

/** What the gateway answers itself. Its metrics are for this machine, not for whoever reaches the blog, or a proxy before it. */
const isOwn = ({ path, socket, headers }: Request): boolean =>
  path === '/health/ready' ||
  (path === '/metrics' &&
    isLoopback(socket.remoteAddress ?? '') &&
    headers['x-forwarded-for'] === undefined &&
    headers.forwarded === undefined)

/** The one address that a browser talks to. It holds no state: any number of them may run. */
export const createGateway = ({ upstreams, busUrl, log }: GatewayOptions): Service => {
  const { forward, upgrade, drain, close } = createForward({ upstreams, log })

  // Who asks while an answer is being gathered shares it: no crowd of askers becomes six crowds behind.
  let asking: ReturnType<typeof healthOfAll> | undefined
  const health: RequestHandler = async (_req, res) => {
    asking ??= healthOfAll({ ...upstreams, 'event-bus': busUrl }).finally(() => {
      asking = undefined
    })
    res
      .set(securityHeaders)
      .set('Cache-Control', 'no-store')
      .json(await asking)
  }

  const pass: RequestHandler = (req, res) => {
    try {
      refuseCrossSite(req)
      const destination = destinationOf(req)
      res.locals.route = destination.route
      forward({ req, res, destination })
    } catch (error) {
      res.set(securityHeaders)
      if (isProblem(error, 'method-not-allowed'))
        res.set('Allow', [error.details.extensions?.allow].flat().join(', '))
      throw error
    }
  }

  // Before everything else: an answer that passes through carries the headers of the service that gave it.
  const early = Router()
  early.get('/health', health)
  early.use((req, res, next) => (isOwn(req) ? next() : pass(req, res, next)))
  const app = createHttpApp({
    name: 'gateway',
    log,
    router: Router(),
    health: () => ({ ready: true }),
    origins: [],
    early,
  })
  return { app, upgrade, drain, start: () => {}, close: async () => close() }
}
