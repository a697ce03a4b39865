import type { IncomingMessage } from 'node:http'
import { forwardingProof } from '@logbook/chassis/access/service-tokens.ts'
import { type Clock, systemClock } from '@logbook/chassis/clock.ts'
import { createHttpApp } from '@logbook/chassis/http/app.ts'
import type { FastPath } from '@logbook/chassis/http/fast-path.ts'
import type { Upgrades } from '@logbook/chassis/http/server.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { noRoute } from '@logbook/chassis/metrics/metrics.ts'
import type { Service } from '@logbook/chassis/start/run-service.ts'
import { Router } from 'express'
import { Registry } from 'prom-client'
import { type AccessLog, createAccessLog } from './access-log.ts'
import { createAnswerCache } from './cache/cache.ts'
import { createWarmUp } from './cache/warm-up.ts'
import { createCallers } from './callers/callers.ts'
import { createExchange } from './callers/exchange.ts'
import { createClientAddress } from './checks/client-address.ts'
import { checkOwnHost } from './checks/own-host.ts'
import { createPublicAddress, type PublicAddress } from './checks/public-address.ts'
import { cspReportRoutes } from './csp-reports.ts'
import { createDevelopmentSocket } from './development-socket.ts'
import { docsRoutes } from './docs/routes.ts'
import { createRateLimits } from './forms/rate-limits.ts'
import { createForward } from './forward/forward.ts'
import { createHealth } from './health.ts'
import { limits } from './limits.ts'
import { createLive } from './live/live.ts'
import { createWebSockets, isChangesSocket } from './live/web-sockets.ts'
import { createLoad, type LoadBounds } from './load.ts'
import { createNotices } from './notices/notices.ts'
import { createPass } from './pass.ts'
import { problemPage } from './problem-page.ts'
import type { Upstream } from './routes.ts'
import { createViews } from './views/views.ts'

export interface GatewayOptions {
  upstreams: Record<Upstream, string>
  busUrl: string
  publicUrl: string
  /** The token that the gateway shows to accounts; without it every caller is anonymous. */
  serviceToken?: string | undefined
  /** The token that a scraper of metrics sends, here and to the services; without it metrics and details are for this machine alone. */
  scraperToken?: string | undefined
  trustedProxies?: readonly string[]
  rateLimits?: boolean
  /** Passes WebSockets of the blog's own pages on to the client's development server; otherwise there are none. */
  development?: boolean
  /** Whether a line is written for each request. */
  accessLog?: AccessLog
  /** How much is taken on at a time. */
  load?: LoadBounds
  /** Where views of posts are recorded, and how often; without it none are counted. */
  views?: { bus: Pick<Bus, 'append'>; everyMs: number }
  clock?: Clock
  /** A clock in ms that never goes back. */
  nowMs?: () => number
  logger: Logger
}

const ownPaths = /^\/(?:health|metrics|csp-reports|docs|api\/openapi\.json)(?:$|[/?])/

/** True for what the gateway answers itself. All else is for a service; metrics are for those that may know them. */
const isOwn = (
  req: IncomingMessage,
  { mayKnow }: { mayKnow: (req: IncomingMessage) => boolean },
): boolean => {
  const { url = '' } = req
  return ownPaths.test(url) && (!url.startsWith('/metrics') || mayKnow(req))
}

const callersOf = ({
  serviceToken,
  ...at
}: Pick<GatewayOptions, 'serviceToken'> & { accountsUrl: string; clock: Clock }) =>
  serviceToken === undefined ? undefined : createCallers(createExchange({ ...at, serviceToken }))

const noticesOf = ({
  serviceToken,
  ...others
}: Pick<GatewayOptions, 'serviceToken' | 'logger'> & { url: string; nowMs: (() => number) | undefined }) =>
  serviceToken === undefined ? undefined : createNotices({ ...others, serviceToken, bounds: limits.notices })

/** The changes of a post, and in development whatever the client's development server has. */
const createUpgrades = ({
  changes,
  development,
}: {
  changes: Upgrades['upgrade']
  development: Upgrades['upgrade'] | undefined
}): Upgrades => ({
  takes: (req) => development !== undefined || isChangesSocket(req),
  upgrade: (req, socket, head) =>
    development === undefined || isChangesSocket(req)
      ? changes(req, socket, head)
      : development(req, socket, head),
})

/** Passes on all but the gateway's own. An answer that passes through carries the headers of the service that gave it. */
const passOthers =
  ({
    pass,
    health,
    address,
  }: {
    pass: FastPath
    health: ReturnType<typeof createHealth>
    address: PublicAddress
  }): FastPath =>
  (req, res, fail) => {
    if (!isOwn(req, health)) return pass(req, res, fail)
    try {
      checkOwnHost(req, { address, isScraper: health.isScraper })
      return undefined
    } catch (error) {
      fail(error)
      return noRoute
    }
  }

/** The one address that a browser talks to. It holds no state but counts and what it remembers of others: any number of them may run. */
export const createGateway = ({
  upstreams,
  busUrl,
  publicUrl,
  serviceToken,
  scraperToken,
  trustedProxies = [],
  rateLimits = true,
  development = false,
  accessLog = 'off',
  load: loadBounds,
  views: recording,
  clock = systemClock,
  nowMs,
  logger,
}: GatewayOptions): Service => {
  const metrics = new Registry()
  const services = Object.keys(upstreams) as Upstream[]
  const webSockets = createWebSockets()
  const { live: liveBounds = limits.live, answerStallMsMax } = loadBounds ?? {}
  const address = createPublicAddress(publicUrl)
  const cache = createAnswerCache({ upstreams, publicHost: address.host, metrics, nowMs })
  const { toldUpTo: onTold } = cache
  const live = createLive({ url: upstreams.query, webSockets, onTold, logger, bounds: liveBounds })
  const { lanes, ...load } = createLoad({ services, streams: live.state, metrics, bounds: loadBounds })
  const warmUp = createWarmUp({ upstreams, publicHost: address.host, cache })
  const { forward, drain, close } = createForward({ upstreams, lanes, cache, logger, answerStallMsMax })
  const clients = createClientAddress({ trustedProxies, logger })
  const views =
    recording && createViews({ ...recording, clients, publicHost: address.host, metrics, logger, clock })
  const notices = noticesOf({ url: upstreams.notifications, serviceToken, nowMs, logger })
  const callers = callersOf({ accountsUrl: upstreams.accounts, serviceToken, clock })

  const { accounts: _, ...others } = upstreams
  const asked = { ...(callers ? upstreams : others), 'event-bus': busUrl }
  const bounds = rateLimits ? createRateLimits(clock) : undefined
  const proof = serviceToken === undefined ? undefined : forwardingProof(serviceToken)
  const pass = createPass({
    ...{ address, clients, callers, live, notices, views, cache, proof, forward, ...load },
    rateLimits: bounds,
  })
  const health = createHealth({ urls: asked, scraperToken, load: load.state })
  const own = Router({ caseSensitive: true, strict: true })
  own.use(cspReportRoutes({ clients, rateLimits: bounds, metrics, logger }), docsRoutes(upstreams))
  const app = createHttpApp({
    name: 'gateway',
    logger,
    router: own,
    health: health.own,
    healthOfAll: health.ofAll,
    mayKnow: health.mayKnow,
    origins: [],
    fastPath: passOthers({ pass, health, address }),
    errorPage: problemPage,
    metrics,
    around: createAccessLog({ logger, mode: accessLog, clients }),
    webSockets: isChangesSocket,
  })
  return {
    app,
    upgrades: createUpgrades({
      changes: webSockets.upgrade(app),
      development: development
        ? createDevelopmentSocket({ url: upstreams.client, address, clients })
        : undefined,
    }),
    drain() {
      health.closing()
      live.drain()
      notices?.drain()
      drain()
    },
    start() {
      warmUp.start()
      notices?.start()
      views?.start()
    },
    async close() {
      await Promise.all([live.close(), notices?.close(), warmUp.close().then(cache.close), views?.close()])
      await close()
    },
  }
}
