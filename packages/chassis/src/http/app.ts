import type { IncomingMessage, RequestListener } from 'node:http'
import type { AddressOptions } from '@logbook/contracts/http/address.ts'
import { headers } from '@logbook/contracts/http/headers.ts'
import cors from 'cors'
import express, { type RequestHandler, Router } from 'express'
import helmet, { type HelmetOptions } from 'helmet'
import { Registry } from 'prom-client'
import { serveDocument } from '../described/operation.ts'
import { describeEndpoints } from '../described/service.ts'
import type { Health } from '../health/health.ts'
import { observeHealth } from '../health/metrics.ts'
import { detailsFor, routeHealth } from '../health/routes.ts'
import { type Logger, loggablePath } from '../logger.ts'
import { createHttpMetrics } from '../metrics/metrics.ts'
import type { Problem } from '../problem.ts'
import { canonicalOnly, queryParser } from './address.ts'
import { routeEndpoints } from './endpoint-router.ts'
import { nothingHere, problemHandler } from './errors.ts'
import { answerFailure, type FastPath, withFastPath } from './fast-path.ts'
import { requestForLog } from './request-cause.ts'
import { requestIdOf } from './request-id.ts'
import type { Api } from './serve.ts'
import { parseTraceparent } from './trace.ts'
import { createUnderWay, rememberUnderWay } from './under-way.ts'
import { refuseWebSockets } from './web-sockets.ts'

export interface HttpApp {
  name: string
  logger: Logger
  /** The endpoints, where they are declared in contracts. */
  api?: Api
  router?: Router
  health: () => Health
  /** What `GET /health` says instead, where a service asks others for it. */
  healthOfAll?: () => Promise<Health>
  /** Who may read health in detail. By default programs of this machine, and callers with a token of a service, the operator or the scraper. */
  mayKnow?: (req: IncomingMessage) => boolean | Promise<boolean>
  /** Origins, beside its own, whose pages may call this service. */
  origins: readonly string[]
  /** Answers ahead of Express where that is much faster. It sends `securityHeaders` itself. */
  fastPath?: FastPath
  /** How addresses are read, where that is not as everywhere. */
  addresses?: AddressOptions
  /** What a person is shown where something is wrong, as HTML. */
  errorPage?: (problem: Problem) => string
  /** Stands around all, WebSocket handshakes and the fast path included. */
  around?: (answer: RequestListener) => RequestListener
  /** Which WebSocket handshakes are for the router; all others are refused. */
  webSockets?: (req: IncomingMessage) => boolean
  /** What the service measures beyond what all do. */
  metrics?: Registry
}

const assignRequestId: RequestHandler = (req, res, next) => {
  const id = requestIdOf(req)
  res.locals.requestId = id
  res.setHeader(headers.requestId, id)
  const trace = parseTraceparent(req.headers.traceparent)
  if (trace) res.locals.trace = trace
  next()
}

const logRequests =
  (logger: Logger): RequestHandler =>
  (req, res, next) => {
    if (!logger.isLevelEnabled('debug')) return next()
    const begun = performance.now()
    res.once('finish', () => {
      const ms = Math.round((performance.now() - begun) * 100) / 100
      logger.debug(
        {
          ...requestForLog(res),
          method: req.method,
          path: loggablePath(req.originalUrl),
          status: res.statusCode,
          ms,
        },
        'request',
      )
    })
    next()
  }

const policy = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
  crossOriginResourcePolicy: { policy: 'same-site' },
  strictTransportSecurity: false,
} as const satisfies HelmetOptions

/** Browsers apply these to documents alone, or no longer at all; each would cost every answer its bytes. */
const ofDocuments = {
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
} as const satisfies HelmetOptions

const setBy = (secure: RequestHandler): Readonly<Record<string, string>> => {
  const set: Record<string, string> = {}
  const response = { setHeader: (name: string, value: string) => (set[name] = value), removeHeader: () => {} }
  void secure({} as never, response as never, () => {})
  return set
}

/** The headers that every answer of an API carries, as helmet sets them. */
export const securityHeaders = setBy(helmet({ ...policy, ...ofDocuments }))

// The same with each answer: helmet itself goes through eight functions to say so.
const securityPairs = Object.entries(securityHeaders)
const secure: RequestHandler = (_req, res, next) => {
  for (const [name, value] of securityPairs) res.setHeader(name, value)
  next()
}

/** The same and what else a page needs, for what a browser may show by itself. */
export const documentHeaders = setBy(helmet(policy))

const healths = new WeakMap<RequestListener, () => Health>()

/** How to ask an application that was made here for its health. */
export const healthOf = (app: RequestListener): (() => Health) | undefined => healths.get(app)

/** How every service of Logbook meets HTTP: its own routes between what is the same everywhere. */
export const createHttpApp = ({
  name,
  logger,
  api,
  router = Router(),
  health,
  healthOfAll,
  mayKnow = detailsFor(name, api?.verify ?? undefined),
  origins,
  fastPath,
  errorPage,
  addresses,
  metrics = new Registry(),
  around = (answer) => answer,
  webSockets,
}: HttpApp): RequestListener => {
  const measured = createHttpMetrics(metrics)
  if (api === undefined) router.get('/metrics', measured.answer)
  observeHealth(metrics, { service: name, health })
  const underWay = createUnderWay()
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  app.set('query parser', queryParser)
  app.set('strict routing', true)
  app.set('case sensitive routing', true)
  app.use(measured.time, assignRequestId, logRequests(logger), secure)
  if (fastPath) app.use(answerFailure)
  app.use(
    cors({
      origin: [...origins],
      exposedHeaders: [
        ...['ETag', 'Link', 'Location', 'Retry-After', headers.position, headers.requestId],
        ...[headers.logId, headers.logEpoch, headers.logChecksum],
      ].join(','),
      maxAge: 600,
    }),
    canonicalOnly(addresses),
  )
  routeHealth(app, { service: name, health, healthOfAll, mayKnow })
  if (api) {
    const describe = serveDocument(() => describeEndpoints(api.declared))
    // For everyone, unless the service declares who may read it.
    if (!('GET /openapi.json' in api.declared.rows)) app.get('/openapi.json', describe)
    const common = { 'GET /metrics': measured.answer, 'GET /openapi.json': describe }
    app.use(routeEndpoints(api, common, underWay))
  }
  app.use(router)
  app.use(nothingHere)
  app.use(problemHandler({ logger, refused: measured.refused, errorPage }))
  const listener = fastPath ? withFastPath(app, measured.fastPath(fastPath)) : app
  const answer = around(refuseWebSockets(listener, securityHeaders, webSockets))
  healths.set(answer, health)
  rememberUnderWay(answer, underWay)
  // Its routes can be looked at, as those of any application of Express.
  return Object.assign(answer, { router: app.router })
}
