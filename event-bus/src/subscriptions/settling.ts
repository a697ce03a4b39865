import { invalid, Problem } from '@logbook/chassis/problem.ts'
import type { Failure, Leased } from './delivery.ts'
import { afterFailure } from './retry-policy.ts'
import { rolled } from './rolling-hash.ts'
import type { Consumer } from './rows.ts'
import type { SubscriptionState } from './subscription-state.ts'

/** A consumer's verdict on a leased delivery. */
export type Verdict =
  | { kind: 'acknowledge'; token: number; hash?: string | undefined }
  /** `atOnce`: without a backoff. */
  | { kind: 'retry'; token: number; failure: Failure; delayMs: number; atOnce?: boolean }
  | { kind: 'park'; token: number; failure: Failure }
  | { kind: 'skip'; token: number; reason: string }
  /** It was not sent. */
  | { kind: 'unsent'; token: number }

/** The time by the steady clock and by the wall clock, and the random number for jitter. */
export interface Moment {
  now: number
  at: number
  random: () => number
}

const rolledOver = (consumer: Consumer, deliveries: readonly Leased[]): Consumer => {
  const after = { ...consumer }
  for (const delivery of deliveries) {
    after.count += 1
    after.hash = rolled(after.hash, delivery)
  }
  return after
}

/** Throws `conflict` with every token that is stale. */
export const heldOrStale = (
  { window }: SubscriptionState,
  tokens: readonly number[],
  now: number,
): Leased[] => {
  const held = tokens.flatMap((token) => window.held(token, now) ?? [])
  if (held.length === tokens.length) return held
  throw new Problem('conflict', {
    detail: 'The lease has ended: it expired, was settled, or went to another consumer.',
    extensions: { stale: tokens.filter((token) => window.held(token, now) === undefined) },
  })
}

/** The consumer whose hash shows that these tokens were acknowledged before; or undefined. */
export const acknowledgedBefore = (
  state: SubscriptionState,
  { tokens, hash, now }: { tokens: readonly number[]; hash?: string | undefined; now: number },
): Consumer | undefined =>
  hash === undefined || tokens.some((token) => state.window.held(token, now) !== undefined)
    ? undefined
    : state.consumers().find((consumer) => consumer.hash === hash)

/** Throws `conflict` with the bus's own hash if the consumer's hash after these deliveries differs. */
export const assertHash = (state: SubscriptionState, held: readonly Leased[], hash: string): void => {
  const names = [...new Set(held.map((delivery) => delivery.state.consumer))]
  const [name = ''] = names
  if (names.length !== 1) throw invalid('hash', 'is of one consumer, but several hold these leases')
  const before = state.consumer(name)
  const after = rolledOver(before, held)
  if (after.hash === hash) return
  throw new Problem('conflict', {
    detail: `The rolling hash of ${name} after ${after.count} events differs.`,
    extensions: { consumer: name, expected: after.hash, count: before.count, before: before.hash },
  })
}

/** Schedules another attempt, or after the last one parks the delivery and those behind it. */
export const failDelivery = (
  state: SubscriptionState,
  delivery: Leased,
  { failure, random, ...when }: Moment & { failure: Failure; delayMs: number; atOnce?: boolean },
): void => {
  const { attempts } = delivery
  const next = afterFailure(state.run.settings, { attempts, random: random(), ...when })
  state.window.fail(delivery, failure, next)
}

const acknowledge = (
  state: SubscriptionState,
  delivery: Leased,
  { hash, ...moment }: Moment & { hash: string | undefined },
): boolean => {
  const after = rolledOver(state.consumer(delivery.state.consumer), [delivery])
  if (hash !== undefined && hash !== after.hash) {
    const reason = `The consumer's rolling hash after ${after.count} events is another one.`
    const failure: Failure = { status: null, reason, bodyExcerpt: null }
    failDelivery(state, delivery, { failure, delayMs: 0, ...moment })
    return false
  }
  state.keepConsumer(hash === undefined ? after : { ...after, confirmed: after.count })
  state.window.settle(delivery, { how: 'acknowledged', reason: null, at: moment.at })
  return true
}

/** Applies a verdict. Returns whether the delivery is acknowledged. */
export const settle = (
  state: SubscriptionState,
  delivery: Leased,
  { verdict, ...moment }: Moment & { verdict: Verdict },
): boolean => {
  switch (verdict.kind) {
    case 'acknowledge':
      return acknowledge(state, delivery, { hash: verdict.hash, ...moment })
    case 'skip':
      state.keepConsumer(state.consumer(delivery.state.consumer))
      state.window.settle(delivery, { how: 'skipped', reason: verdict.reason, at: moment.at })
      return false
    case 'unsent':
      state.window.giveBack(delivery)
      return false
    case 'park':
      state.window.fail(delivery, verdict.failure, { kind: 'parked', why: 'failed', at: moment.at })
      return false
    case 'retry':
      failDelivery(state, delivery, { ...verdict, ...moment })
      return false
  }
}
