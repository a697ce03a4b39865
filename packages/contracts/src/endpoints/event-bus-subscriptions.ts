import { z } from 'zod'
import { busManagers, busServices } from '../http/access.ts'
import { type Endpoint, type Endpoints, json } from '../http/endpoint.ts'
import { logBounds } from '../http/log-bounds.ts'
import { exampleEvent, exampleLog } from '../http/log-events.ts'
import { parkedQuery } from '../http/log-queries.ts'
import { subscriptionProof } from '../http/subscription-proof.ts'
import { parkedDelivery, subscriptionStatus } from '../http/subscription-status.ts'
import {
  acknowledge,
  acknowledged,
  claimDeliveries,
  claimedDelivery,
  extendedLease,
  extendLease,
  putSubscription,
  refuseDelivery,
  replayParked,
  resetSubscription,
  skipParked,
  subscriptionName,
  webhookSecret,
} from '../http/subscriptions.ts'

const status = subscriptionStatus.meta({ id: 'Subscription' })
const parked = parkedDelivery.meta({ id: 'ParkedDelivery' })
const proof = subscriptionProof.meta({ id: 'SubscriptionProof' })
const stillParked = z.object({ parked: z.number().int() })

/** A body that may be left out: then it is an object with every default. */
const orEmpty = <Schema extends z.ZodType>(schema: Schema) => z.preprocess((given) => given ?? {}, schema)

const etag = {
  ETag: { description: 'The revision of the settings, in quotes.', schema: { type: 'string' } },
}
const settings = (description: string) => ({ ...json(status, description), headers: etag })
const shown = { '200': settings('As it is now.') }
const done = { '204': { description: 'Done.' } }

const lease = {
  event: exampleEvent,
  ...{ attempt: 1, token: 1, leaseUntil: '2026-03-01T09:00:30.000Z', previous: 0, epoch: 1 },
  log: exampleLog,
}

const one = {
  tag: 'subscriptions',
  params: { name: subscriptionName },
  bodyBytesMax: logBounds.subscriptionBytesMax,
} as const satisfies Partial<Endpoint>
const used = { ...one, access: busServices } as const satisfies Partial<Endpoint>
const managed = { ...one, access: busManagers } as const satisfies Partial<Endpoint>

/** Durable subscriptions, whose position the bus keeps. Whose each is, is checked beyond these rows: `event-bus/src/subscriptions/own.ts`. */
export const subscriptionRows = {
  'GET /subscriptions': {
    id: 'listSubscriptions',
    tag: 'subscriptions',
    access: busServices,
    summary: 'All of them: lag, attempts, what is parked',
    answers: { '200': json(z.array(status), 'All of them.') },
  },
  'GET /subscriptions/:name': {
    ...used,
    id: 'showSubscription',
    summary: 'Its position, and what holds it up',
    answers: shown,
    refusals: ['unavailable'],
  },
  'PUT /subscriptions/:name': {
    ...managed,
    id: 'putSubscription',
    summary: 'Make it, or change it with If-Match',
    headers: ['If-Match'],
    body: putSubscription.meta({ id: 'PutSubscription' }),
    example: { mode: 'pull', types: ['OrderPlaced'], from: 'start' },
    answers: { ...shown, '201': settings('Made.') },
    refusals: ['conflict', 'unavailable'],
  },
  'DELETE /subscriptions/:name': {
    ...managed,
    id: 'deleteSubscription',
    summary: 'End it for good',
    headers: ['If-Match'],
    answers: done,
    refusals: ['unavailable'],
  },
  'GET /subscriptions/:name/secret': {
    ...managed,
    id: 'showSecret',
    summary: 'What deliveries are signed with (Standard Webhooks)',
    answers: { '200': json(z.object({ secret: webhookSecret }), 'The secret.') },
    refusals: ['unavailable'],
  },
  'POST /subscriptions/:name/pause': {
    ...managed,
    id: 'pauseSubscription',
    summary: 'Deliver nothing',
    answers: shown,
    refusals: ['conflict', 'unavailable'],
  },
  'POST /subscriptions/:name/resume': {
    ...managed,
    id: 'resumeSubscription',
    summary: 'Go on delivering',
    answers: shown,
    refusals: ['conflict', 'unavailable'],
  },
  'POST /subscriptions/:name/reset': {
    ...managed,
    id: 'resetSubscription',
    summary: 'Begin again after a position',
    body: resetSubscription,
    example: { position: 0 },
    answers: shown,
    refusals: ['conflict', 'unavailable'],
  },
  'GET /subscriptions/:name/parked': {
    ...used,
    id: 'showParked',
    summary: 'Which deliveries are parked, and why',
    query: parkedQuery,
    answers: { '200': json(z.array(parked), 'In log order; `Link: rel="next"` if there is more.') },
    refusals: ['unavailable'],
  },
  'POST /subscriptions/:name/parked/replay': {
    ...managed,
    id: 'replayParked',
    summary: 'Try parked events again, without moving the position of the rest',
    body: orEmpty(replayParked),
    example: { subject: 'order-7' },
    answers: { '200': json(stillParked.extend({ replayed: z.number().int() }), 'Under way.') },
    refusals: ['unavailable'],
  },
  'POST /subscriptions/:name/parked/skip': {
    ...managed,
    id: 'skipParked',
    summary: 'Give one parked event up, on record',
    body: skipParked,
    example: { position: 4, reason: 'a test order' },
    answers: { '200': json(stillParked, 'Skipped.') },
    refusals: ['conflict', 'unavailable'],
  },
  'GET /subscriptions/:name/proof': {
    ...used,
    id: 'prove',
    summary: 'What was delivered, compared with the log',
    answers: { '200': json(proof, 'The first thing that is wrong, or that nothing is.') },
    refusals: ['too-many', 'unavailable'],
  },
  'POST /subscriptions/:name/claim': {
    ...used,
    id: 'claimDeliveries',
    summary: 'Take leases on the next events, waiting for some if told to',
    body: orEmpty(claimDeliveries),
    example: { max: 10, waitMs: 5_000, consumer: 'mailer' },
    answers: { '200': json(z.array(claimedDelivery), 'At most one event of a stream is out.', [lease]) },
    refusals: ['conflict', 'gone', 'unavailable'],
  },
  'POST /subscriptions/:name/ack': {
    ...used,
    id: 'acknowledge',
    summary: 'These are done',
    body: acknowledge,
    example: { tokens: [1, 2] },
    answers: { '200': json(acknowledged, 'Recorded.') },
    refusals: ['conflict', 'unavailable'],
  },
  'POST /subscriptions/:name/nack': {
    ...used,
    id: 'refuseDelivery',
    summary: 'This failed: try again, park it or skip it',
    body: refuseDelivery,
    example: { token: 1, action: 'retry', reason: 'no route to the printer' },
    answers: done,
    refusals: ['conflict', 'unavailable'],
  },
  'POST /subscriptions/:name/extend': {
    ...used,
    id: 'extendLease',
    summary: 'This takes longer',
    body: extendLease,
    example: { token: 1, leaseMs: 60_000 },
    answers: { '200': json(extendedLease, 'Extended.') },
    refusals: ['conflict', 'unavailable'],
  },
} as const satisfies Endpoints
