import type { ParkedDelivery, SubscriptionStatus } from '@logbook/contracts/http/subscription-status.ts'
import type { Delivery } from './delivery.ts'
import { withoutSecret } from './registry.ts'
import type { Subscription } from './subscription.ts'

const retryingShown = 10

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

const failureOf = ({ failure }: Delivery) => ({
  status: failure?.status ?? null,
  reason: failure?.reason ?? '',
  bodyExcerpt: failure?.bodyExcerpt ?? null,
})

const retrying = (subscription: Subscription): SubscriptionStatus['retrying'] =>
  [...subscription.state.window.all()]
    .filter(({ failure }) => failure !== null)
    .sort((one, other) => one.position - other.position)
    .slice(0, retryingShown)
    .map((delivery) => {
      const { position, id, subject, attempts, state } = delivery
      const nextAttemptAt = state.kind === 'waiting' ? iso(subscription.wallTimeOf(state.dueAt)) : null
      return { position, id, subject, attempts, nextAttemptAt, ...failureOf(delivery) }
    })

/** The status of a subscription. Times are in milliseconds since 1970. */
export const statusOf = (
  subscription: Subscription,
  { head, now }: { head: number; now: number },
): SubscriptionStatus => {
  const { run, state } = subscription
  const first = state.window.first()
  const next = state.window.firstNeverParked()
  const place = next === undefined ? run.cursor : next.position - 1
  return {
    ...{ name: run.name, revision: run.revision, state: run.state, epoch: run.run, reset: run.moved },
    fault: run.fault ?? subscription.fault,
    settings: withoutSecret(run.settings),
    createdAt: new Date(run.createdAt).toISOString(),
    place,
    lag: Math.max(0, head - place),
    outstanding: state.window.size,
    leased: state.window.leased,
    oldestUnacknowledgedMs: first === undefined ? null : Math.max(0, now - first.time),
    ...{ attempts: run.attempts, acknowledged: run.acknowledged, skipped: run.skipped },
    parked: state.window.parked,
    ratePerSecond: subscription.ratePerSecond(),
    retrying: retrying(subscription),
  }
}

export const parkedOf = (delivery: Delivery): ParkedDelivery => {
  const { position, id, subject, attempts, firstAttemptAt, lastAttemptAt, state } = delivery
  const parked = state.kind === 'parked' ? state : { why: 'behind' as const, at: 0 }
  return {
    ...{ position, id, subject, kind: parked.why, attempts, ...failureOf(delivery) },
    firstAttemptAt: iso(firstAttemptAt),
    lastAttemptAt: iso(lastAttemptAt),
    parkedAt: new Date(parked.at).toISOString(),
  }
}
