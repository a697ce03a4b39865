import type { Verify } from '@logbook/chassis/access/verify.ts'
import { type Clock, systemClock } from '@logbook/chassis/clock.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { parkedKinds } from '@logbook/chassis/follow/parked.ts'
import { SelfRebuild } from '@logbook/chassis/follow/self-rebuild.ts'
import { allowedTargets } from '@logbook/chassis/http/allowed-targets.ts'
import { createHttpApp } from '@logbook/chassis/http/app.ts'
import { serve } from '@logbook/chassis/http/serve.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import type { Service } from '@logbook/chassis/start/run-service.ts'
import { notificationEndpoints } from '@logbook/contracts/endpoints/notifications.ts'
import { initialSettings } from '@logbook/contracts/events/settings.ts'
import { createRenderer, type Renderer } from '@logbook/markdown/threads/renderer.ts'
import { digestWriting } from './channels/compose.ts'
import type { AddressOf } from './channels/mail.ts'
import { openTransports } from './channels/open-transports.ts'
import { createRelatedPosts } from './channels/related-posts.ts'
import { vapidKeysOf } from './channels/vapid.ts'
import type { Config } from './config.ts'
import type { HookName } from './domain/notice.ts'
import { createNotificationsFollower, type FollowerOptions } from './follower.ts'
import { limits } from './limits.ts'
import { createBackupWatch } from './log/backup-watch.ts'
import { createDigestIssuer } from './log/digest-issuer.ts'
import { createStreams } from './log/streams.ts'
import { createNotificationMetrics } from './metrics.ts'
import { createDispatch } from './outbox/dispatch.ts'
import { createOutbox } from './outbox/outbox.ts'
import { createDigests } from './read-model/digests.ts'
import { createSubscribers } from './read-model/subscribers.ts'
import { migrations } from './read-model/tables.ts'
import { digestHandlers } from './routes/digests.ts'
import { inboxHandlers } from './routes/inbox.ts'
import { createInboxStreams } from './routes/inbox-streams.ts'
import { mailSubscriptionHandlers } from './routes/mail-subscriptions.ts'
import { newsletterHandlers } from './routes/newsletters.ts'
import { ownerHandlers } from './routes/owner.ts'
import { preferencesHandlers } from './routes/preferences.ts'
import { createMentions } from './webmention/mentions.ts'
import { createHub, type Hub } from './websub/hub.ts'

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
  /** Of newsletters. Closed with the service. */
  renderer?: Renderer
  config: Omit<
    Config,
    'host' | 'port' | 'logLevel' | 'database' | 'outboxDatabase' | 'busUrl' | 'accountsUrl'
  > &
    Partial<Config>
}

interface NotificationsService extends Service {
  /** Looks now whether a digest is due. */
  digests: { look(): Promise<void> }
  /** Looks now whether the last backup is too old. */
  backups: { look(): Promise<void> }
}

type RowsOptions = Pick<FollowerOptions, 'clock' | 'outbox' | 'forget' | 'onNewNotices'> & {
  hub: Pick<Hub, 'change' | 'forget'>
}

/** The view of the log, which is rebuilt when it belongs to another log. */
const createRows = ({ bus, db, logger, config }: Notifications, options: RowsOptions) =>
  new SelfRebuild({
    ...{ db, migrations, logger, agreed: bus.agreed },
    forget: () => [options.forget(), options.hub.forget()],
    create(its, onOtherLog) {
      const following = createNotificationsFollower({
        ...{ ...options, bus, db: its, logger, onOtherLog },
        hooks: Object.keys(config.hooks) as HookName[],
        initial: initialSettings({ BLOG_TITLE: config.blogTitle }),
      })
      return {
        ...following,
        subscribers: createSubscribers(its),
        digests: createDigests(its, following.view),
      }
    },
  })

/** Notifications over any bus: a follower that decides who is notified, senders, and HTTP. Closes both databases. */
export const createNotifications = (options: Notifications): NotificationsService => {
  const { bus, ids, verify, logger, config, clock = systemClock } = options
  const { renderer = createRenderer(limits.rendering) } = options
  const { publicUrl } = config
  const [outbox, streams] = [createOutbox(options.outboxDb, ids), createStreams({ bus, ids })]
  const vapid = vapidKeysOf(config.vapidFile)

  const rows = createRows(options, {
    ...{ clock, outbox, forget: streams.forget },
    hub: { change: (...changed) => hub.change(...changed), forget: () => hub.forget() },
    onNewNotices: (...changed) => [inboxStreams.notify(...changed), dispatch.wake(), hub.wake()],
  })
  const [inbox, metrics] = [rows.standIn('inbox'), createNotificationMetrics()]
  const inboxStreams = createInboxStreams((personId) => inbox.unread(personId))
  const [view, follower] = [rows.standIn('view'), rows.standIn('follower')]
  const [digests, subscribers] = [rows.standIn('digests'), rows.standIn('subscribers')]
  const isReady = () => follower.caughtUp && !follower.differs
  const relatedPosts = createRelatedPosts(config.queryUrl)
  const ofDigests = digestWriting({ digests, relatedPosts, view, publicUrl })
  const parts = { ...options, clock, renderer, view, streams, outbox }
  const [mentions, hub] = [createMentions(parts), createHub({ ...parts, onOutcome: metrics.count })]
  const dispatch = createDispatch({
    ...{ bus, outbox, view, streams, clock, logger, onOutcome: metrics.count },
    transports: openTransports({ ...parts, vapid, ...ofDigests, ...mentions }),
    upTo: () => (isReady() ? follower.position : undefined),
  })
  const watches = {
    digests: createDigestIssuer({ bus, digests, clock, logger, isReady }),
    backups: createBackupWatch({ bus, view, clock, logger, isReady, daysMax: config.backupDays }),
  }
  const app = createHttpApp({
    name: 'notifications',
    ...{ logger, origins: config.origins, metrics: metrics.registry },
    api: serve(
      notificationEndpoints,
      { verify, ids, follower, guard: rows.guard },
      {
        ...inboxHandlers({ inbox, follower, people: streams.people, inboxStreams }),
        ...preferencesHandlers({
          ...{ people: streams.people, clock, mailConnected: config.smtp !== undefined },
          pushKey: () => vapid().publicKey,
          objectionTo: allowedTargets(config.hooksAllow).objectionTo,
        }),
        ...mailSubscriptionHandlers({ view, streams, subscribers, clock, ids, publicUrl }),
        ...newsletterHandlers({ ...parts, digests, dispatch, publicUrl }),
        ...digestHandlers({ view, digests, clock, relatedPosts }),
        ...mentions.handlers,
        ...hub.handlers,
        ...ownerHandlers({ subscribers, outbox, dispatch }),
      },
    ),
    health: () => ({
      ready: follower.caughtUp,
      ...rows.health(),
      mail: { connected: config.smtp !== undefined, ...dispatch.status() },
      hub: hub.status(),
    }),
  })
  return {
    app,
    parked: parkedKinds(() => ({ ...rows.parkedKinds(), message: dispatch.parked, feed: hub.parked })),
    ...watches,
    start() {
      rows.start()
      for (const part of [dispatch, mentions, hub, ...Object.values(watches)]) part.start()
    },
    drain: inboxStreams.drain,
    async close() {
      for (const part of [...Object.values(watches), dispatch, mentions, hub]) await part.stop()
      await renderer.close()
      await rows.close()
      options.outboxDb.close()
    },
  }
}
