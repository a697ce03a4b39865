import type { WakeSignal } from '@logbook/chassis/async/wake-signal.ts'
import type { Clock } from '@logbook/chassis/clock.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { allowedTargets } from '@logbook/chassis/http/allowed-targets.ts'
import type { LogStore } from '@logbook/chassis/log/log-store.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import type { SubscriptionStatus } from '@logbook/contracts/http/subscription-status.ts'
import type { Router } from 'express'
import { createPost } from './post.ts'
import { Registry } from './registry.ts'
import { routeManagement, routeParked } from './routes-manage.ts'
import { routePull } from './routes-pull.ts'
import { statusOf } from './status.ts'
import { subscriptionStore } from './store.ts'

export interface SubscriptionsParts {
  /** A file of its own, from `openSubscriptions`; closing it is the subscriptions'. */
  db: Database
  log: Pick<LogStore, 'read' | 'head' | 'identity' | 'checksumAt'>
  /** Wakes after every commit of the log. */
  signal: WakeSignal
  logger: Logger
  clock: Clock
  /** Targets that the bus may post to, entries of `allowedTargetsSetting`. */
  pushAllow: readonly string[]
  /** Aborts when the service begins to close. */
  closing: AbortSignal
  random?: () => number
}

export interface Subscriptions {
  /** Rejects where subscriptions could not be compared with the log, or not be moved. */
  start(): Promise<void>
  /** Waits a moment for running deliveries, and closes the file. */
  close(): Promise<void>
  statuses(): SubscriptionStatus[]
}

/** Durable subscriptions over the log: adds their routes to the router. Nothing is delivered before `start`. */
export const createSubscriptions = (router: Router, parts: SubscriptionsParts): Subscriptions => {
  const { db, log, signal, logger, clock, pushAllow, closing, random = Math.random } = parts
  const store = subscriptionStore(db)
  const targets = allowedTargets(pushAllow)
  const { post, close: closeConnections } = createPost(targets)
  const registry = new Registry({ store, log, signal, logger, clock, random, post })
  const compared = registry.compare()
  // The caller gets the fault.
  compared.catch(() => {})
  router.use('/subscriptions', async (_req, _res, next) => {
    await compared
    next()
  })
  const now = () => clock.now().getTime()
  const managing = { registry, store, log, targets, now }
  routePull(router, { registry, log, closing })
  routeParked(router, managing)
  routeManagement(router, managing)
  return {
    async start() {
      await compared
      registry.start()
    },
    statuses: () => registry.all().map((each) => statusOf(each, { head: log.head(), now: now() })),
    async close() {
      await compared.catch(() => {})
      await registry.close()
      closeConnections()
      db.close()
    },
  }
}
