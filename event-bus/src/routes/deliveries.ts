import { handlersOf, PrintedText } from '@logbook/chassis/http/serve.ts'
import type { LogStore } from '@logbook/chassis/log/log-store.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { busEndpoints } from '@logbook/contracts/endpoints/event-bus.ts'
import type {
  ClaimDeliveries,
  ClaimedDelivery,
  RefuseDelivery,
} from '@logbook/contracts/http/subscriptions.ts'
import { limits } from '../limits.ts'
import type { Leased } from '../subscriptions/delivery.ts'
import { eventTexts } from '../subscriptions/event-texts.ts'
import type { OwnSubscriptions } from '../subscriptions/own.ts'
import type { Verdict } from '../subscriptions/settling.ts'
import type { Subscription } from '../subscriptions/subscription.ts'
import { type Reach, unstored } from './reach.ts'

interface Pulling {
  own: OwnSubscriptions
  reach: Reach
  log: Pick<LogStore, 'read' | 'identity'>
  /** Aborts when the service closes: waiting claims are then answered with nothing. */
  closing: AbortSignal
}

const refused = 'The consumer refused it.'

const verdictOf = ({ token, action, delayMs, reason }: RefuseDelivery): Verdict => {
  if (action === 'skip') return { kind: 'skip', token, reason }
  const failure = { status: null, reason: reason || refused, bodyExcerpt: null }
  return action === 'park' ? { kind: 'park', token, failure } : { kind: 'retry', token, failure, delayMs }
}

const entryOf = (
  { attempts, previous, state }: Leased,
  event: string,
  { subscription, epoch, log }: Pick<ClaimedDelivery, 'epoch' | 'log'> & { subscription: Subscription },
): string => {
  const leaseUntil = new Date(subscription.wallTimeOf(state.until)).toISOString()
  const rest = JSON.stringify({ attempt: attempts, token: state.token, leaseUntil, previous, epoch, log })
  return `{"event":${event},${rest.slice(1)}`
}

/** Waits until a delivery is ready, the time is up, or the caller has disconnected. */
const claimSome = async (
  subscription: Subscription,
  { max, waitMs, leaseMs, consumer }: ClaimDeliveries & { leaseMs: number },
  left: AbortSignal,
): Promise<Leased[]> => {
  const deadline = performance.now() + waitMs
  for (;;) {
    const { settings } = subscription.run
    if (settings.mode !== 'pull')
      throw new Problem('conflict', {
        detail: 'This subscription is in push mode: there is nothing to claim.',
      })
    const leased = subscription.turn({ claim: { max, leaseMs, consumer } })
    const timeoutMs = deadline - performance.now()
    if (leased.length > 0 || timeoutMs <= 0 || left.aborted) return leased
    await subscription.ready.next({ signal: left, timeoutMs })
    if (subscription.closed) throw new Problem('gone', { detail: 'This subscription was deleted.' })
  }
}

/** Competing consumers: claim, acknowledge, refuse, extend. */
export const createDeliveryHandlers = ({ own, reach, log, closing }: Pulling) => {
  let waiting = 0

  const claimWithTexts = async (subscription: Subscription, wanted: ClaimDeliveries, left: AbortSignal) => {
    const { settings } = subscription.run
    const leaseMs = wanted.leaseMs ?? (settings.mode === 'pull' ? settings.leaseMs : 0)
    const leased = await claimSome(subscription, { ...wanted, leaseMs }, left)
    let texts: string[] = []
    try {
      const positions = leased.map(({ position }) => position)
      if (!left.aborted) texts = await eventTexts(log, positions)
    } finally {
      // Leases that are not sent, for lack of room or since the caller has disconnected, are released at once.
      const unsent = leased.slice(texts.length)
      if (unsent.length > 0)
        subscription.turn({ verdicts: unsent.map(({ state }) => ({ kind: 'unsent', token: state.token })) })
    }
    const { id, epoch } = log.identity
    const which = { epoch: subscription.run.run, log: { id, epoch } }
    return texts.flatMap((text, index) => {
      const delivery = leased[index]
      return delivery === undefined ? [] : [entryOf(delivery, text, { subscription, ...which })]
    })
  }

  return handlersOf(busEndpoints)({
    'POST /subscriptions/:name/claim': {
      before: reach.one,
      async handle({ params: { name }, body: wanted, left }, caller) {
        const subscription = own.get(name, caller)
        if (waiting >= limits.waitingClaimsMax)
          throw new Problem('unavailable', { detail: 'Too many claims are waiting.', retryAfter: 1 })
        waiting += 1
        try {
          const entries = await claimWithTexts(subscription, wanted, AbortSignal.any([closing, left]))
          return { body: new PrintedText(`[${entries.join(',')}]`), headers: unstored }
        } finally {
          waiting -= 1
        }
      },
    },
    'POST /subscriptions/:name/ack': {
      before: reach.one,
      handle({ params: { name }, body }, caller) {
        const { acknowledged, consumers } = own.get(name, caller).acknowledge(body)
        return {
          body: {
            acknowledged,
            consumers: consumers.map(({ name, count, hash }) => ({ consumer: name, count, hash })),
          },
        }
      },
    },
    'POST /subscriptions/:name/nack': {
      before: reach.one,
      handle({ params: { name }, body }, caller) {
        own.get(name, caller).settle(verdictOf(body))
        return {}
      },
    },
    'POST /subscriptions/:name/extend': {
      before: reach.one,
      handle({ params: { name }, body: { token, leaseMs } }, caller) {
        const subscription = own.get(name, caller)
        const { settings } = subscription.run
        const lasts = leaseMs ?? (settings.mode === 'pull' ? settings.leaseMs : settings.timeoutMs)
        const until = subscription.extend({ token, leaseMs: lasts })
        return { body: { token, leaseUntil: new Date(subscription.wallTimeOf(until)).toISOString() } }
      },
    },
  })
}
