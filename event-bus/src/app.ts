import { type Digests, servicesBy } from '@logbook/chassis/access/service-tokens.ts'
import { createVerify } from '@logbook/chassis/access/verify.ts'
import { createWakeSignal } from '@logbook/chassis/async/wake-signal.ts'
import { type Clock, systemClock } from '@logbook/chassis/clock.ts'
import { serveDocument } from '@logbook/chassis/described/operation.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { logHeaders } from '@logbook/chassis/http/answers.ts'
import { createHttpApp } from '@logbook/chassis/http/app.ts'
import { serve } from '@logbook/chassis/http/serve.ts'
import { type Ids, systemIds } from '@logbook/chassis/ids.ts'
import type { LogStore } from '@logbook/chassis/log/log-store.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import type { Service } from '@logbook/chassis/start/run-service.ts'
import { busEndpointsFor } from '@logbook/contracts/endpoints/event-bus.ts'
import type { HealthDetails } from '@logbook/contracts/http/health.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import { createFastAppends } from './append/fast-appends.ts'
import { appendCallerOf } from './append/guard.ts'
import { createOwnEvents, type OwnEvents } from './append/own-events.ts'
import { createEventParser } from './append/parse-events.ts'
import { createPermit, type Publishers } from './append/permissions.ts'
import { createPublish } from './append/publish.ts'
import { createRateLimit } from './append/rate-limit.ts'
import { busHealth } from './health/bus-health.ts'
import { limits } from './limits.ts'
import { createGroupCommit } from './log/group-commit.ts'
import { watchedStore } from './log/watched-store.ts'
import { createBusMetrics } from './metrics.ts'
import { createQuestions } from './questions/create.ts'
import type { TopicGrants } from './questions/topic-rights.ts'
import { createFollowers } from './read/followers.ts'
import { createAppendHandlers } from './routes/appends.ts'
import { asyncApiDocument, type EventDescription } from './routes/asyncapi.ts'
import { createReadHandlers } from './routes/reads.ts'
import { createSubscriptions } from './subscriptions/subscriptions.ts'

export interface EventBus {
  store: LogStore
  /** Free space on the log's disk, for `/health`. */
  disk?: () => HealthDetails['disk']
  /** The last backup and verification, and the damage that was found, for `/health`. */
  runs?: () => Pick<HealthDetails, 'backup' | 'scrub' | 'damage'>
  logger: Logger
  clock?: Clock
  ids?: Ids
  origins?: readonly string[]
  /** Durable subscriptions. `db` comes from `openSubscriptions`, and is closed with the bus. */
  subscriptions: { db: Database; pushAllow: readonly string[]; random?: () => number }
  /** The digests of the callers' tokens; without it the bus is open to every caller. */
  knownCallers?: Digests | undefined
  /** The names of callers that may read the log; without it every known caller may. */
  readers?: readonly string[] | undefined
  /** Who may append which events, where callers are known; without it every caller may append any. */
  publishers?: Publishers
  /** Who may ask and answer which topics, where callers are known; without it every caller may for any. */
  topics?: TopicGrants
  /** The rate limit of one address. */
  eventsPerSecondMax?: number
  followersMax?: number
  /** The types of events, for the AsyncAPI document only: the bus does not look into events. */
  catalogue?: () => readonly EventDescription[]
  /** Events of the bus itself; none without it. */
  ownEvents?: OwnEvents
}

const nobody: Caller = { kind: 'nobody' }

/** Who may call, for the routes and for appends ahead of them. */
const admissionOf = ({ knownCallers, readers }: Pick<EventBus, 'knownCallers' | 'readers'>) => {
  const declared = busEndpointsFor({ readers })
  if (knownCallers === undefined) return { declared, verify: null, callerOf: () => nobody, isOpen: true }
  const serviceOf = servicesBy(knownCallers)
  const grants = declared.rows['POST /events'].access
  const callerOf = appendCallerOf({ serviceOf, grants })
  return { declared, verify: createVerify({ serviceOf }), callerOf, isOpen: false }
}

/** A subject may contain slashes; there is no proxy in front of the log that would change them. */
const appParts = { name: 'event-bus', addresses: { slashesInNames: true } }

export interface EventBusService extends Service {
  /** Looks now whether the bus has an event of its own to append. */
  ownEvents: { look(): Promise<void> }
}

/** The event bus over any log. `drain` ends the streams of followers; `close` commits waiting appends and closes the log. */
export const createEventBus = ({
  store: given,
  disk = () => undefined,
  runs = () => ({}),
  logger,
  clock = systemClock,
  ids = systemIds,
  origins = [],
  subscriptions: durable,
  knownCallers,
  readers,
  publishers,
  topics,
  eventsPerSecondMax = limits.eventsPerSecondMax,
  followersMax = limits.followersMax,
  catalogue = () => [],
  ownEvents = () => [],
}: EventBus): EventBusService => {
  const { declared, verify, callerOf, isOpen } = admissionOf({ knownCallers, readers })
  const { store, faults } = watchedStore(given, logger)
  const closing = new AbortController()
  const signal = createWakeSignal()
  const metrics = createBusMetrics()
  const commit = createGroupCommit({ store: metrics.commitsOf(store), onCommit: () => signal.wake() })
  const parseEvents = createEventParser({ clock, ids })
  const own = createOwnEvents({ events: ownEvents, commit, parseEvents, logger })
  const publish = createPublish({
    ...{ commit, parseEvents },
    head: () => store.head(),
    identity: store.identity,
    limitRate: createRateLimit({ eventsPerSecondMax }),
    permit: publishers && !isOpen ? createPermit({ publishers, forged: metrics.forged }) : undefined,
    refused: metrics.refused,
  })
  const heads = logHeaders(store.identity)
  const ending = { closing: closing.signal }
  const followers = createFollowers({ store, signal, ...ending, followersMax })
  const common = { ...ending, log: store, signal, logger, clock, isOpen }
  const subscriptions = createSubscriptions({ ...durable, ...common })
  const questions = createQuestions({ clock, ids, topics, isOpen, publish, registry: metrics.registry })
  const drain = () => {
    closing.abort()
    questions.close()
  }
  metrics.observe({
    head: () => store.head(),
    followers: followers.counts,
    subscriptions: subscriptions.statuses,
  })
  const handlers = {
    ...createAppendHandlers(publish),
    ...createReadHandlers(store, followers),
    ...subscriptions.handlers,
    ...questions.handlers,
    // Printed once.
    'GET /asyncapi.json': { raw: serveDocument(() => asyncApiDocument(catalogue())) },
  }
  const app = createHttpApp({
    ...appParts,
    logger,
    origins,
    api: serve(declared, { verify, headers: heads }, handlers),
    fastPath: createFastAppends({ publish, callerOf, logHeaders: heads }),
    health: busHealth({ store, faults, disk, runs, followers: followers.counts, subscriptions, ...ending }),
    metrics: metrics.registry,
  })
  return {
    app,
    ownEvents: { look: own.look },
    async start() {
      logger.info({ position: store.head(), ...heads }, 'the log is open')
      if (isOpen)
        logger.warn(
          'SERVICE_DIGESTS_DIR is not set: every program that reaches this port may read and append',
        )
      await subscriptions.start()
      own.start()
    },
    drain,
    async close() {
      drain()
      await own.stop()
      await commit.close()
      await subscriptions.close()
      await store.close()
    },
  }
}
