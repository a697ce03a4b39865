import { notFound, Problem } from '@logbook/chassis/problem.ts'
import { limits } from '../limits.ts'
import type { SubscriptionStore } from './store.ts'
import type { Subscription } from './subscription.ts'

/**
 * Moves parked deliveries back to the front of their subjects, in log order, and returns how many. The cursor stays. Throws
 * `too-many` while too many earlier replays are not delivered yet.
 */
export const replayParked = (
  subscription: Subscription,
  store: SubscriptionStore,
  { subject, max }: { subject?: string | undefined; max: number },
): number => {
  const { window } = subscription.state
  if (window.size >= limits.windowMax + max)
    throw new Problem('too-many', { detail: 'Let what was replayed before be delivered.', retryAfter: 5 })
  // Parked deliveries are read from the file, so all must be stored.
  subscription.state.flush()
  const parked = store.parked(subscription.run.run, { after: 0, limit: max, subject })
  subscription.change(() => window.replay(parked))
  return parked.length
}

/** Skips a parked event for good, and records that. Throws `not-found` if nothing is parked at that position. */
export const skipParked = (
  subscription: Subscription,
  store: SubscriptionStore,
  { position, reason, now }: { position: number; reason: string; now: number },
): void => {
  subscription.state.flush()
  const [parked] = store.between(subscription.run.run, { after: position - 1, upTo: position })
  if (parked?.state.kind !== 'parked') throw notFound(`parked event at position ${position}`)
  subscription.change(({ window }) => window.skipParked(parked, { consumer: '', reason, at: now }))
}
