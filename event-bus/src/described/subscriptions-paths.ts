import { anywhere, integer, type Paths, refusals } from '@logbook/chassis/described/operation.ts'
import { json } from '@logbook/contracts/http/endpoint.ts'
import { subscriptionProof } from '@logbook/contracts/http/subscription-proof.ts'
import { parkedDelivery, subscriptionStatus } from '@logbook/contracts/http/subscription-status.ts'
import {
  acknowledge,
  claimDeliveries,
  extendLease,
  putSubscription,
  refuseDelivery,
  replayParked,
  resetSubscription,
  skipParked,
  subscriptionBounds,
  subscriptionName,
  webhookSecret,
} from '@logbook/contracts/http/subscriptions.ts'
import type { ProblemCode } from '@logbook/contracts/problems.ts'
import { z } from 'zod'
import type { ZodOpenApiOperationObject } from 'zod-openapi'
import { parkedQuery } from '../subscriptions/routes-manage.ts'
import { acknowledged, claimedDelivery, exampleEvent, exampleLog } from './schemas.ts'

const status = subscriptionStatus.meta({ id: 'Subscription' })
const parked = parkedDelivery.meta({ id: 'ParkedDelivery' })
const proof = subscriptionProof.meta({ id: 'SubscriptionProof' })

const path = z.object({ name: subscriptionName })
const ifMatch = z.object({
  'If-Match': z.string().optional().meta({ description: 'The ETag that a change is made to.' }),
})
const etag = {
  ETag: { description: 'The revision of the settings, in quotes.', schema: { type: 'string' as const } },
}
const bodyCodes: readonly ProblemCode[] = [
  ...(['bad-json', 'bad-encoding', 'invalid', 'too-large', 'wrong-content-type'] as const),
]

interface Operation {
  id: string
  summary: string
  body?: { schema: z.ZodType; example: unknown; required?: boolean }
  responses: ZodOpenApiOperationObject['responses']
  refused?: readonly ProblemCode[]
  header?: z.ZodObject
  query?: z.ZodObject
}

const operation = ({ id, summary, body, responses, refused = [], header, query }: Operation) => ({
  operationId: id,
  tags: ['subscriptions'],
  summary,
  requestParams: { path, ...(header ? { header } : {}), ...(query ? { query } : {}) },
  ...(body && {
    requestBody: {
      required: body.required ?? true,
      content: { 'application/json': { schema: body.schema, example: body.example } },
    },
  }),
  responses: {
    ...responses,
    ...refusals(...(body ? bodyCodes : []), ...refused, 'not-found', 'unavailable', ...anywhere),
  },
})

const shown = { '200': { ...json(status, 'As it is now.'), headers: etag } }
const nothing = { '204': { description: 'Done.' } }
const stillParked = z.object({ parked: z.number().int() })

const lease = {
  event: exampleEvent,
  ...{ attempt: 1, token: 1, leaseUntil: '2026-03-01T09:00:30.000Z', previous: 0, epoch: 1 },
  log: exampleLog,
}

const one = {
  get: operation({ id: 'showSubscription', summary: 'Where it is, and why', responses: shown }),
  put: operation({
    id: 'putSubscription',
    summary: 'Make it, or change it with If-Match',
    body: {
      schema: putSubscription.meta({ id: 'PutSubscription' }),
      example: { mode: 'pull', types: ['OrderPlaced'], from: 'start' },
    },
    header: ifMatch,
    responses: { ...shown, '201': { ...json(status, 'Made.'), headers: etag } },
    refused: ['conflict', 'precondition-failed'],
  }),
  delete: operation({
    id: 'deleteSubscription',
    summary: 'End it for good',
    header: ifMatch,
    responses: nothing,
    refused: ['precondition-failed'],
  }),
}

const consuming = {
  claim: operation({
    id: 'claimDeliveries',
    summary: 'Take leases on the next events, waiting for some if told to',
    body: {
      schema: claimDeliveries,
      example: { max: 10, waitMs: 5_000, consumer: 'mailer' },
      required: false,
    },
    responses: { '200': json(z.array(claimedDelivery), 'At most one event of a stream is out.', [lease]) },
    refused: ['conflict', 'gone'],
  }),
  ack: operation({
    id: 'acknowledge',
    summary: 'These are done',
    body: { schema: acknowledge, example: { tokens: [1, 2] } },
    responses: { '200': json(acknowledged, 'Recorded.') },
    refused: ['conflict'],
  }),
  nack: operation({
    id: 'refuseDelivery',
    summary: 'This failed: try again, park it or skip it',
    body: {
      schema: refuseDelivery,
      example: { token: 1, action: 'retry', reason: 'no route to the printer' },
    },
    responses: nothing,
    refused: ['conflict'],
  }),
  extend: operation({
    id: 'extendLease',
    summary: 'This takes longer',
    body: { schema: extendLease, example: { token: 1, leaseMs: 60_000 } },
    responses: {
      '200': json(z.object({ token: z.number().int(), leaseUntil: z.iso.datetime() }), 'Extended.'),
    },
    refused: ['conflict'],
  }),
}

const steering = {
  pause: operation({
    id: 'pauseSubscription',
    summary: 'Deliver nothing',
    responses: shown,
    refused: ['conflict'],
  }),
  resume: operation({
    id: 'resumeSubscription',
    summary: 'Go on delivering',
    responses: shown,
    refused: ['conflict'],
  }),
  reset: operation({
    id: 'resetSubscription',
    summary: 'Begin again after a position',
    body: { schema: resetSubscription, example: { position: 0 } },
    responses: shown,
    refused: ['conflict'],
  }),
}

const parking = {
  parked: operation({
    id: 'showParked',
    summary: 'What stands still, and why',
    query: z.object({
      after: integer(parkedQuery.shape.after, {
        description: 'Positions after this.',
        minimum: 0,
        default: 0,
      }),
      limit: integer(parkedQuery.shape.limit, {
        description: 'Entries in a page.',
        ...{ minimum: 1, maximum: subscriptionBounds.pageSizeMax, default: 100 },
      }),
      subject: parkedQuery.shape.subject.meta({ description: 'Only of this stream.' }),
    }),
    responses: { '200': json(z.array(parked), 'In log order; `Link: rel="next"` if there is more.') },
    refused: ['invalid'],
  }),
  replay: operation({
    id: 'replayParked',
    summary: 'Try parked events again, without moving the place of the rest',
    body: { schema: replayParked, example: { subject: 'order-7' }, required: false },
    responses: { '200': json(stillParked.extend({ replayed: z.number().int() }), 'Under way.') },
  }),
  skip: operation({
    id: 'skipParked',
    summary: 'Give one parked event up, on record',
    body: { schema: skipParked, example: { position: 4, reason: 'a test order' } },
    responses: { '200': json(stillParked, 'Skipped.') },
    refused: ['conflict'],
  }),
}

/** Durable subscriptions, whose place the bus keeps. */
export const subscriptionsPaths: Paths = {
  '/subscriptions': {
    get: {
      operationId: 'listSubscriptions',
      tags: ['subscriptions'],
      summary: 'All of them: lag, attempts, what is parked',
      responses: { '200': json(z.array(status), 'All of them.'), ...refusals(...anywhere) },
    },
  },
  '/subscriptions/{name}': one,
  '/subscriptions/{name}/secret': {
    get: operation({
      id: 'showSecret',
      summary: 'What deliveries are signed with (Standard Webhooks)',
      responses: { '200': json(z.object({ secret: webhookSecret }), 'The secret.') },
    }),
  },
  '/subscriptions/{name}/parked': { get: parking.parked },
  '/subscriptions/{name}/parked/replay': { post: parking.replay },
  '/subscriptions/{name}/parked/skip': { post: parking.skip },
  '/subscriptions/{name}/proof': {
    get: operation({
      id: 'prove',
      summary: 'What was delivered, compared with the log',
      responses: { '200': json(proof, 'The first thing that is wrong, or that nothing is.') },
      refused: ['too-many'],
    }),
  },
  ...Object.fromEntries(
    Object.entries({ ...consuming, ...steering }).map(([verb, post]) => [
      `/subscriptions/{name}/${verb}`,
      { post },
    ]),
  ),
}
