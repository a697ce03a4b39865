import type { LogStore } from '@logbook/chassis/log/log-store.ts'
import type { SubscriptionStatus } from '@logbook/contracts/http/subscription-status.ts'
import type { ProblemCode } from '@logbook/contracts/problems.ts'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { limits } from './limits.ts'

/** Sources of the gauges, read at each scrape. */
export interface Measured {
  head: () => number
  followers: () => { all: number; behind: number }
  subscriptions: () => readonly SubscriptionStatus[]
}

export interface BusMetrics {
  registry: Registry
  /** Counts a refused append, a whole request or one line of many. */
  refused(code: ProblemCode): void
  /** Counts an append that its caller was not allowed to make. */
  forged(caller: string): void
  /** Wraps a log so that its commits are measured. */
  commitsOf(store: Pick<LogStore, 'append'>): Pick<LogStore, 'append'>
  /** Sets the sources of gauges. */
  observe(measured: Measured): void
}

const commitEventsBounds = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, limits.eventsPerCommitMax]
const commitSecondsBounds = [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1]

/** Gauges per subscription, of which there are at most `subscriptionsMax`. Times are in seconds. */
const ofSubscription: Record<string, { help: string; value: (status: SubscriptionStatus) => number }> = {
  lag: { help: 'Positions of the log after its place.', value: ({ lag }) => lag },
  oldest_unacknowledged_seconds: {
    help: 'Age of the oldest event that it has read and not settled; 0 if there is none.',
    value: ({ oldestUnacknowledgedMs }) => (oldestUnacknowledgedMs ?? 0) / 1_000,
  },
  attempts: { help: 'Deliveries so far, repeated ones included.', value: ({ attempts }) => attempts },
  acknowledged: { help: 'Events acknowledged so far.', value: ({ acknowledged }) => acknowledged },
  skipped: { help: 'Events given up, on record.', value: ({ skipped }) => skipped },
  parked: { help: 'Events that stand still, and wait for someone to look.', value: ({ parked }) => parked },
  outstanding: { help: 'Events read from the log and not settled.', value: ({ outstanding }) => outstanding },
  leased: { help: 'Events that are out at a consumer.', value: ({ leased }) => leased },
  retrying: {
    help: 'Events that failed and will be tried again, ten at most.',
    value: ({ retrying }) => retrying.length,
  },
  rate_per_second: {
    help: 'Acknowledgements a second over the last minute.',
    value: ({ ratePerSecond }) => ratePerSecond,
  },
  active: {
    help: '1 while it delivers; 0 when it is paused, has ended, or stands still for a fault.',
    value: ({ state, fault }) => (state === 'active' && fault === null ? 1 : 0),
  },
}

const observeSubscriptions = (registry: Registry, statuses: Measured['subscriptions']): void => {
  for (const [name, { help, value }] of Object.entries(ofSubscription))
    new Gauge({
      name: `bus_subscription_${name}`,
      help,
      labelNames: ['subscription'],
      registers: [registry],
      collect() {
        // Deleted subscriptions disappear.
        this.reset()
        for (const status of statuses()) this.set({ subscription: status.name }, value(status))
      },
    })
}

/** Metrics of the bus. Counted per commit, so that appends do not get slower. */
export const createBusMetrics = (): BusMetrics => {
  const registry = new Registry()
  const registers = [registry]
  const events = new Counter({ name: 'bus_appended_events_total', help: 'Events recorded.', registers })
  const appends = new Counter({
    name: 'bus_appends_total',
    help: 'Appends that were answered, as recorded or as a repetition of one that was.',
    labelNames: ['outcome'],
    registers,
  })
  const refusals = new Counter({
    name: 'bus_refused_appends_total',
    help: 'Appends that were refused, by the code of the problem.',
    labelNames: ['code'],
    registers,
  })
  const forgeries = new Counter({
    name: 'bus_forged_appends_total',
    help: 'Appends of events that are not the caller’s to append, by the caller.',
    labelNames: ['caller'],
    registers,
  })
  const commitEvents = new Histogram({
    name: 'bus_commit_events',
    help: 'Events recorded in one commit.',
    buckets: commitEventsBounds,
    registers,
  })
  const commitSeconds = new Histogram({
    name: 'bus_commit_duration_seconds',
    help: 'How long one commit took, its fsync included.',
    buckets: commitSecondsBounds,
    registers,
  })
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      ...{ name, help, registers },
      collect() {
        this.set(read())
      },
    })
  }

  return {
    registry,
    refused: (code) => refusals.inc({ code }),
    forged: (caller) => forgeries.inc({ caller }),
    commitsOf: (store) => ({
      async append(requests) {
        const begun = performance.now()
        const outcomes = await store.append(requests)
        const seconds = (performance.now() - begun) / 1_000
        const count = { recorded: 0, repeated: 0, events: 0 }
        for (const outcome of outcomes) {
          if (outcome.kind === 'refused') continue
          count[outcome.kind] += 1
          if (outcome.kind === 'recorded') count.events += outcome.events.length
        }
        commitSeconds.observe(seconds)
        commitEvents.observe(count.events)
        events.inc(count.events)
        appends.inc({ outcome: 'recorded' }, count.recorded)
        appends.inc({ outcome: 'repeated' }, count.repeated)
        return outcomes
      },
    }),
    observe({ head, followers, subscriptions }) {
      gauge('bus_position', 'The position of the last event.', head)
      gauge('bus_followers', 'Readers that follow the log.', () => followers().all)
      gauge('bus_followers_behind', 'Followers that have not caught up.', () => followers().behind)
      observeSubscriptions(registry, subscriptions)
    },
  }
}
