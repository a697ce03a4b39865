import type { Verify } from '@logbook/chassis/access/verify.ts'
import { type Clock, systemClock } from '@logbook/chassis/clock.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { SelfRebuild } from '@logbook/chassis/follow/self-rebuild.ts'
import { allowedTargets } from '@logbook/chassis/http/allowed-targets.ts'
import { createHttpApp } from '@logbook/chassis/http/app.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import type { Service } from '@logbook/chassis/start/run-service.ts'
import { initialSettings } from '@logbook/contracts/events/settings.ts'
import { access } from './access.ts'
import { linesOfDigest } from './channels/compose.ts'
import type { AddressOf } from './channels/mail.ts'
import { openSenders } from './channels/open-senders.ts'
import { vapidKeysOf } from './channels/vapid.ts'
import type { Config } from './config.ts'
import { description } from './described.ts'
import type { HookName } from './domain/notice.ts'
import { createFollowing } from './follower.ts'
import { createDigestIssuer } from './log/digest-issuer.ts'
import { streamsOver } from './log/streams.ts'
import { createNotificationMetrics } from './metrics.ts'
import { createDispatch } from './outbox/dispatch.ts'
import { outboxOf } from './outbox/outbox.ts'
import { digestsOf } from './read-model/digests.ts'
import { subscribersOf } from './read-model/subscribers.ts'
import { migrations } from './read-model/tables.ts'
import { createWatchers } from './routes/inbox-stream.ts'
import { createRoutes } from './routes/routes.ts'

export interface Notifications {
  bus: Bus
  /** A file with this service's `migrations`. Closed with the service. */
  db: Database
  /** A file with `outboxMigrations`. Closed with the service. */
  outboxDb: Database
  ids: Ids
  clock?: Clock
  verify: Verify
  logger: Logger
  addressOf: AddressOf
  config: Omit<
    Config,
    'host' | 'port' | 'logLevel' | 'database' | 'outboxDatabase' | 'busUrl' | 'accountsUrl'
  > &
    Partial<Config>
}

interface NotificationsService extends Service {
  /** Looks now whether a digest is due. */
  digests: { look(): Promise<void> }
}

/** Notifications over any bus: follows the log, tells people, and takes what they choose. */
export const createNotifications = (options: Notifications): NotificationsService => {
  const { bus, db, ids, verify, logger, config, addressOf, clock = systemClock } = options
  const outbox = outboxOf(options.outboxDb, ids)
  const streams = streamsOver({ bus, ids })
  const watchers = createWatchers()
  const metrics = createNotificationMetrics()
  const hooks = Object.keys(config.hooks) as HookName[]
  const initial = initialSettings({ BLOG_TITLE: config.blogTitle })
  const vapid = vapidKeysOf(config.vapidFile)

  const rows = new SelfRebuild({
    ...{ db, migrations, logger, forget: streams.forget, agreed: bus.agreed },
    create(its, onOtherLog) {
      const following = createFollowing({
        ...{ bus, db: its, logger, clock, outbox, hooks, initial, forget: streams.forget, onOtherLog },
        onNews: (people) => {
          watchers.tell(people)
          dispatch.wake()
        },
      })
      const { erasures } = following
      return {
        ...following,
        subscribers: subscribersOf(its),
        digests: digestsOf(its, following.known),
        quiet: () => erasures.stop(),
      }
    },
  })
  const [known, follower] = [rows.standIn('known'), rows.standIn('follower')]
  const digests = rows.standIn('digests')
  const isReady = () => follower.caughtUp && !follower.differs
  const digestLines = (eventId: string) => linesOfDigest(digests.ofEvent(eventId), config.publicUrl)
  const dispatch = createDispatch({
    ...{ bus, outbox, known, streams, clock, logger, onOutcome: metrics.count },
    senders: openSenders({ config, known, streams, addressOf, vapid, clock, logger, digestLines }),
    upTo: () => (isReady() ? follower.position : undefined),
  })
  const issuer = createDigestIssuer({ bus, digests, clock, logger, isReady })
  const app = createHttpApp({
    name: 'notifications',
    ...{ logger, origins: config.origins, description, guard: rows.guard, metrics: metrics.registry },
    access: { table: access, verify },
    router: createRoutes({
      ...{ known, follower, streams, outbox, dispatch, watchers, clock, ids, digests, bus },
      ...{ inbox: rows.standIn('inbox'), subscribers: rows.standIn('subscribers') },
      ...{ publicUrl: config.publicUrl, mailConnected: config.smtp !== undefined },
      pushKey: () => vapid().publicKey,
      objectionTo: allowedTargets(config.hooksAllow).objectionTo,
    }),
    health: () => ({
      ready: follower.caughtUp,
      ...rows.health(),
      erasures: rows.current.erasures.status(),
      mail: { connected: config.smtp !== undefined, ...dispatch.status() },
    }),
  })
  return {
    app,
    digests: { look: issuer.look },
    start() {
      rows.start()
      dispatch.start()
      issuer.start()
    },
    drain: watchers.drain,
    async close() {
      await issuer.stop()
      await dispatch.stop()
      await rows.close()
      options.outboxDb.close()
    },
  }
}
