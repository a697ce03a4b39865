import type { WakeSignal } from '@logbook/chassis/async/wake-signal.ts'
import type { Clock } from '@logbook/chassis/clock.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { allowedTargets } from '@logbook/chassis/http/allowed-targets.ts'
import type { LogStore } from '@logbook/chassis/log/log-store.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import type { SubscriptionStatus } from '@logbook/contracts/http/subscription-status.ts'
import { createDeliveryHandlers } from '../routes/deliveries.ts'
import { createParkedHandlers } from '../routes/parked.ts'
import { createReach } from '../routes/reach.ts'
import { createSubscriptionHandlers } from '../routes/subscriptions.ts'
import { ownSubscriptions } from './own.ts'
import { createPost } from './post.ts'
import { Registry } from './registry.ts'
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
  /** True where callers are not known, and every caller may see all of them. */
  isOpen: boolean
}

/** Durable subscriptions over the log. Nothing is delivered before `start`. */
export const createSubscriptions = (parts: SubscriptionsParts) => {
  const { db, log, signal, logger, clock, pushAllow, closing, random = Math.random, isOpen } = parts
  const store = subscriptionStore(db)
  const targets = allowedTargets(pushAllow)
  const { post, close: closeConnections } = createPost(targets)
  const registry = new Registry({ store, log, signal, logger, clock, random, post })
  const compared = registry.compare()
  // The caller gets the fault.
  compared.catch(() => {})
  const now = () => clock.now().getTime()
  const own = ownSubscriptions(registry, { isOpen })
  const common = { own, reach: createReach({ compared, own }), log }
  return {
    handlers: {
      ...createSubscriptionHandlers({ ...common, registry, targets, now }),
      ...createParkedHandlers({ ...common, store, now }),
      ...createDeliveryHandlers({ ...common, closing }),
    },
    /** Rejects where subscriptions could not be compared with the log, or not be moved. */
    async start() {
      await compared
      registry.start()
    },
    statuses: (): SubscriptionStatus[] =>
      registry.all().map((each) => statusOf(each, { head: log.head(), now: now() })),
    /** Waits a moment for running deliveries, and closes the file. */
    async close() {
      await compared.catch(() => {})
      await registry.close()
      closeConnections()
      db.close()
    },
  }
}
