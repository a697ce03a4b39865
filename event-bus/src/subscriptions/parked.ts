import { notFound, Problem } from '@logbook/chassis/problem.ts'
import { limits } from '../limits.ts'
import type { SubscriptionStore } from './store.ts'
import type { Subscription } from './subscription.ts'

/**
 * Puts parked deliveries back in front of their subjects, the first in log order, and returns how many. The place in the log
 * stays where it is. Throws `too-many` while too many that were replayed before are still to be delivered.
 */
export const replayParked = (
  subscription: Subscription,
  store: SubscriptionStore,
  { subject, max }: { subject?: string | undefined; max: number },
): number => {
  const { window } = subscription.state
  if (window.size >= limits.windowMax + max)
    throw new Problem('too-many', { detail: 'Let what was replayed before be delivered.', retryAfter: 5 })
  // What is parked is read from the file, so the file must have it all.
  subscription.state.flush()
  const parked = store.parked(subscription.run.run, { after: 0, limit: max, subject })
  subscription.change(() => window.replay(parked))
  return parked.length
}

/** Gives up a parked event for good, on record. Throws `not-found` if nothing is parked at that position. */
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
