import { jsonBody } from '@logbook/chassis/http/body.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import type { LogStore } from '@logbook/chassis/log/log-store.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import {
  type Acknowledged,
  acknowledge,
  type ClaimDeliveries,
  type ClaimedDelivery,
  claimDeliveries,
  extendLease,
  type RefuseDelivery,
  refuseDelivery,
} from '@logbook/contracts/http/subscriptions.ts'
import type { Request, Response, Router } from 'express'
import { limits } from '../limits.ts'
import type { Leased } from './delivery.ts'
import { eventTexts } from './event-texts.ts'
import { ownSubscriptions } from './own.ts'
import type { Registry } from './registry.ts'
import type { Verdict } from './settling.ts'
import type { Subscription } from './subscription.ts'

export interface Pulling {
  registry: Registry
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
export const routePull = (router: Router, { registry, log, closing }: Pulling): void => {
  const body = jsonBody({ bytesMax: limits.subscriptionBytesMax })
  const own = ownSubscriptions(registry)
  const named = (req: Request, res: Response): Subscription => own.get(String(req.params.name), res)
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

  router.post('/subscriptions/:name/claim', ...body, async (req, res) => {
    const subscription = named(req, res)
    const wanted = validate(claimDeliveries, req.body ?? {})
    if (waiting >= limits.waitingClaimsMax)
      throw new Problem('unavailable', { detail: 'Too many claims are waiting.', retryAfter: 1 })
    const left = new AbortController()
    res.once('close', () => left.abort())
    waiting += 1
    try {
      const entries = await claimWithTexts(subscription, wanted, AbortSignal.any([closing, left.signal]))
      res
        .set('Cache-Control', 'no-store')
        .type('json')
        .send(`[${entries.join(',')}]`)
    } finally {
      waiting -= 1
    }
  })

  router.post('/subscriptions/:name/ack', ...body, (req, res) => {
    const { acknowledged, consumers } = named(req, res).acknowledge(validate(acknowledge, req.body))
    const answer: Acknowledged = {
      acknowledged,
      consumers: consumers.map(({ name, count, hash }) => ({ consumer: name, count, hash })),
    }
    res.json(answer)
  })

  router.post('/subscriptions/:name/nack', ...body, (req, res) => {
    named(req, res).settle(verdictOf(validate(refuseDelivery, req.body)))
    res.status(204).end()
  })

  router.post('/subscriptions/:name/extend', ...body, (req, res) => {
    const subscription = named(req, res)
    const { token, leaseMs } = validate(extendLease, req.body)
    const { settings } = subscription.run
    const lasts = leaseMs ?? (settings.mode === 'pull' ? settings.leaseMs : settings.timeoutMs)
    const until = subscription.extend({ token, leaseMs: lasts })
    res.json({ token, leaseUntil: new Date(subscription.wallTimeOf(until)).toISOString() })
  })
}
