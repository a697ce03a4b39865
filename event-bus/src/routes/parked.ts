import { handlersOf } from '@logbook/chassis/http/serve.ts'
import type { LogStore } from '@logbook/chassis/log/log-store.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { busEndpoints } from '@logbook/contracts/endpoints/event-bus.ts'
import { limits } from '../limits.ts'
import type { OwnSubscriptions } from '../subscriptions/own.ts'
import { replayParked, skipParked } from '../subscriptions/parked.ts'
import { proveSubscription } from '../subscriptions/proof.ts'
import { parkedOf } from '../subscriptions/status.ts'
import type { SubscriptionStore } from '../subscriptions/store.ts'
import { type Reach, unstored } from './reach.ts'

interface Parts {
  own: OwnSubscriptions
  reach: Reach
  store: SubscriptionStore
  log: Pick<LogStore, 'read' | 'head'>
  now: () => number
}

/** Parked deliveries, and the proof of all deliveries. */
export const createParkedHandlers = ({ own, reach, store, log, now }: Parts) => {
  let proofs = 0
  return handlersOf(busEndpoints)({
    'GET /subscriptions/:name/parked': {
      before: reach.one,
      handle({ params: { name }, query: { after, limit, subject } }, caller) {
        const { run, state } = own.get(name, caller)
        state.flush()
        const parked = store.parked(run.run, { after, limit, subject })
        const last = parked.length === limit ? parked.at(-1) : undefined
        return {
          body: parked.map(parkedOf),
          next: last && { after: String(last.position) },
          headers: unstored,
        }
      },
    },
    'POST /subscriptions/:name/parked/replay': {
      before: reach.one,
      handle({ params: { name }, body }, caller) {
        const subscription = own.get(name, caller)
        const replayed = replayParked(subscription, store, body)
        return { body: { replayed, parked: subscription.state.window.parked } }
      },
    },
    'POST /subscriptions/:name/parked/skip': {
      before: reach.one,
      handle({ params: { name }, body }, caller) {
        const subscription = own.get(name, caller)
        skipParked(subscription, store, { ...body, now: now() })
        return { body: { parked: subscription.state.window.parked } }
      },
    },
    'GET /subscriptions/:name/proof': {
      before: reach.one,
      async handle({ params: { name }, left }, caller) {
        const subscription = own.get(name, caller)
        if (proofs >= limits.proofsMax)
          throw new Problem('too-many', { detail: 'Other subscriptions are being proved.', retryAfter: 2 })
        proofs += 1
        try {
          return { body: await proveSubscription({ subscription, store, log, left }), headers: unstored }
        } finally {
          proofs -= 1
        }
      },
    },
  })
}
