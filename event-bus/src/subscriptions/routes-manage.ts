import type { AllowedTargets } from '@logbook/chassis/http/allowed-targets.ts'
import { etagOf, ifMatchVersion, linkNext } from '@logbook/chassis/http/answers.ts'
import { jsonBody } from '@logbook/chassis/http/body.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import type { LogStore } from '@logbook/chassis/log/log-store.ts'
import { invalid, notFound, Problem } from '@logbook/chassis/problem.ts'
import {
  putSubscription,
  replayParked as replayRequest,
  resetSubscription,
  skipParked as skipRequest,
  subscriptionBounds,
  subscriptionName,
} from '@logbook/contracts/http/subscriptions.ts'
import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import { limits } from '../limits.ts'
import { ownSubscriptions } from './own.ts'
import { replayParked, skipParked } from './parked.ts'
import { proveSubscription } from './proof.ts'
import type { Match, Registry } from './registry.ts'
import { parkedOf, statusOf } from './status.ts'
import type { SubscriptionStore } from './store.ts'
import type { Subscription } from './subscription.ts'

export interface Managing {
  registry: Registry
  store: SubscriptionStore
  log: Pick<LogStore, 'read' | 'head'>
  targets: AllowedTargets
  now: () => number
}

const wholeNumber = z
  .string()
  .regex(/^\d{1,15}$/, 'must be a whole number, given once')
  .transform(Number)

/** What `GET …/parked` takes. */
export const parkedQuery = z.strictObject({
  after: wholeNumber.default(0),
  limit: wholeNumber.pipe(z.number().min(1).max(subscriptionBounds.pageSizeMax)).default(100),
  subject: z.string().max(200).optional(),
})

const matchOf = (req: Request): Match =>
  ifMatchVersion(req) ?? (req.get('If-Match') === undefined ? undefined : 'any')

/** Routes that create, show, change and delete subscriptions. */
export const routeManagement = (router: Router, managing: Managing): void => {
  const { registry, targets, log, now } = managing
  const body = jsonBody({ bytesMax: limits.subscriptionBytesMax })
  const own = ownSubscriptions(registry)
  const named = (req: Request, res: Response): Subscription => own.get(String(req.params.name), res)
  const status = (subscription: Subscription) => statusOf(subscription, { head: log.head(), now: now() })
  const sendStatus = (res: Response, subscription: Subscription, code = 200): void => {
    res.set({ ETag: etagOf(subscription.run.revision), 'Cache-Control': 'no-store' })
    res.status(code).json(status(subscription))
  }

  router.get('/subscriptions', (_req, res) => {
    res.set('Cache-Control', 'no-store').json(own.all(res).map(status))
  })

  router.put('/subscriptions/:name', ...body, async (req, res) => {
    const name = subscriptionName.safeParse(req.params.name)
    if (!name.success)
      throw invalid('name', 'must be at most 100 letters, digits, dots, dashes or underscores')
    const settings = validate(putSubscription, req.body)
    if (settings.mode === 'push') {
      const objection = await targets.objectionTo(settings.url)
      if (objection !== undefined) throw invalid('url', objection)
    }
    const { subscription, created } = registry.put(name.data, { settings, match: matchOf(req) })
    if (created) res.location(`/subscriptions/${name.data}`)
    sendStatus(res, subscription, created ? 201 : 200)
  })

  router.get('/subscriptions/:name', (req, res) => sendStatus(res, named(req, res)))

  router.delete('/subscriptions/:name', async (req, res) => {
    await registry.remove(String(req.params.name), matchOf(req))
    res.status(204).end()
  })

  router.get('/subscriptions/:name/secret', (req, res) => {
    const { settings } = named(req, res).run
    if (settings.mode === 'pull') throw notFound('secret: nothing is sent by a pull subscription')
    res.set('Cache-Control', 'no-store').json({ secret: settings.secret })
  })

  for (const [verb, state] of [
    ['pause', 'paused'],
    ['resume', 'active'],
  ] as const)
    router.post(`/subscriptions/:name/${verb}`, (req, res) => {
      const subscription = named(req, res)
      subscription.switchTo(state)
      sendStatus(res, subscription)
    })

  router.post('/subscriptions/:name/reset', ...body, (req, res) => {
    const subscription = named(req, res)
    registry.reset(subscription, validate(resetSubscription, req.body).position)
    sendStatus(res, subscription)
  })
}

/** Routes of parked deliveries and of the proof. */
export const routeParked = (router: Router, { registry, store, log, now }: Managing): void => {
  const body = jsonBody({ bytesMax: limits.subscriptionBytesMax })
  const own = ownSubscriptions(registry)
  const named = (req: Request, res: Response): Subscription => own.get(String(req.params.name), res)
  let proofs = 0

  router.get('/subscriptions/:name/parked', (req, res) => {
    const subscription = named(req, res)
    const { after, limit, subject } = validate(parkedQuery, { ...req.query })
    subscription.state.flush()
    const parked = store.parked(subscription.run.run, { after, limit, subject })
    const last = parked.at(-1)
    if (parked.length === limit && last !== undefined)
      res.set('Link', linkNext(req, { after: String(last.position) }))
    res.set('Cache-Control', 'no-store').json(parked.map(parkedOf))
  })

  router.post('/subscriptions/:name/parked/replay', ...body, (req, res) => {
    const subscription = named(req, res)
    const replayed = replayParked(subscription, store, validate(replayRequest, req.body ?? {}))
    res.json({ replayed, parked: subscription.state.window.parked })
  })

  router.post('/subscriptions/:name/parked/skip', ...body, (req, res) => {
    const subscription = named(req, res)
    skipParked(subscription, store, { ...validate(skipRequest, req.body), now: now() })
    res.json({ parked: subscription.state.window.parked })
  })

  router.get('/subscriptions/:name/proof', async (req, res) => {
    const subscription = named(req, res)
    if (proofs >= limits.proofsMax)
      throw new Problem('too-many', { detail: 'Other subscriptions are being proved.', retryAfter: 2 })
    const left = new AbortController()
    res.once('close', () => left.abort())
    proofs += 1
    try {
      const proof = await proveSubscription({ subscription, store, log, left: left.signal })
      res.set('Cache-Control', 'no-store').json(proof)
    } finally {
      proofs -= 1
    }
  })
}
