import { anywhere, integer, type Paths, refusals } from '@logbook/chassis/described/operation.ts'
import { subject as subjectSchema } from '@logbook/contracts/envelope.ts'
import { json } from '@logbook/contracts/http/endpoint.ts'
import { z } from 'zod'
import type { ZodOpenApiOperationObject } from 'zod-openapi'
import { mediaTypes } from '../http/media-types.ts'
import { limits } from '../limits.ts'
import { eventsQuery, streamQuery } from '../read/queries.ts'
import { checksum, identity, known, meant, position } from './log-headers.ts'
import {
  appended,
  appendedLine,
  exampleEvent,
  exampleLog,
  health,
  outgoingEvent,
  recordedEvent,
} from './schemas.ts'

const next = {
  Link: { description: 'The next page, `rel="next"`, if there is one.', schema: { type: 'string' as const } },
}

const sent = { type: 'OrderPlaced', subject: 'order-7', expectedversion: 'none', data: { total: 12 } }
const { id, position: at, subject, version, time } = exampleEvent
const places = [{ id, position: at, subject, version, time }]
const batch = z.array(outgoingEvent).min(1).max(limits.eventsPerAppendMax)
const lines = 'One append a line: an event, or an array of events.'

const append: ZodOpenApiOperationObject = {
  operationId: 'appendEvents',
  tags: ['events'],
  summary: 'Append events, durably and atomically',
  description:
    'Answered when what the answer says is on the disk. An array is one atomic append. As NDJSON, each line is an append of its own, and is answered by a line of its own.',
  requestParams: { header: z.object(meant) },
  requestBody: {
    required: true,
    content: {
      [mediaTypes.json]: {
        schema: z.union([outgoingEvent, batch]),
        examples: { one: { value: sent }, several: { value: [sent, { type: 'StockCounted', data: 3 }] } },
      },
      [mediaTypes.cloudEvent]: { schema: outgoingEvent, example: sent },
      [mediaTypes.cloudEventBatch]: { schema: batch, example: [sent] },
      [mediaTypes.ndjson]: { schema: { type: 'string', description: lines } },
    },
  },
  responses: {
    '200': {
      description: 'These ids stood in the log already, with the same content: the first result. Or NDJSON.',
      headers: { ...position, ...identity },
      content: {
        [mediaTypes.json]: { schema: appended, example: places },
        [mediaTypes.ndjson]: { schema: appendedLine },
      },
    },
    '201': {
      description: 'Appended.',
      headers: { ...position, ...identity },
      content: { [mediaTypes.json]: { schema: appended, example: places } },
    },
    ...refusals(
      ...(['bad-json', 'bad-encoding', 'invalid', 'version-conflict', 'id-conflict', 'conflict'] as const),
      ...(['too-large', 'wrong-content-type', 'too-many', 'unavailable', ...anywhere] as const),
    ),
  },
}

const read: ZodOpenApiOperationObject = {
  operationId: 'readEvents',
  tags: ['events'],
  summary: 'Read the log, or follow it',
  description:
    'A page as JSON; with `Accept: application/x-ndjson` and no limit, the log up to its end; with `Accept: text/event-stream`, history and then everything that comes. Of server-sent events, `id` is the position; `checkpoint` moves it past what the filter left out; `log` says which log it is, when the stream begins and after each page, as a checkpoint: id, epoch, position, checksum; `caught-up` marks the end of history; `fell-behind` says that a reader is more than a page behind later on; comments are heartbeats.',
  requestParams: {
    query: z.object({
      after: integer(eventsQuery.shape.after, {
        description: 'Begin after this position.',
        minimum: 0,
        default: 0,
      }),
      limit: integer(eventsQuery.shape.limit, {
        description: 'Events in a page.',
        ...{ minimum: 1, maximum: limits.pageSizeMax, default: limits.pageSizeDefault },
      }),
      types: eventsQuery.shape.types.meta({ description: 'Only these types, with commas between.' }),
      subject: eventsQuery.shape.subject.meta({ description: 'Only this stream.' }),
    }),
    header: z.object({
      'Last-Event-ID': z
        .string()
        .regex(/^\d{1,15}$/)
        .optional()
        .meta({ description: 'What an EventSource saw last; it counts more than `after`.' }),
      ...known,
    }),
  },
  responses: {
    '200': {
      description: 'Events in log order.',
      headers: { ...position, ...identity, ...checksum, ...next },
      content: {
        [mediaTypes.json]: { schema: z.array(recordedEvent), example: [exampleEvent] },
        [mediaTypes.cloudEventBatch]: { schema: z.array(recordedEvent), example: [exampleEvent] },
        [mediaTypes.ndjson]: { schema: recordedEvent },
        [mediaTypes.eventStream]: { schema: { type: 'string' } },
      },
    },
    ...refusals('invalid', 'not-acceptable', 'conflict', 'unavailable', ...anywhere),
  },
}

const stream: ZodOpenApiOperationObject = {
  operationId: 'readStream',
  tags: ['events'],
  summary: 'Read one stream',
  requestParams: {
    path: z.object({ subject: subjectSchema }),
    query: z.object({
      after: integer(streamQuery.shape.after, {
        description: 'Begin after this version.',
        minimum: 0,
        default: 0,
      }),
      limit: integer(streamQuery.shape.limit, {
        description: 'Events in a page.',
        ...{ minimum: 1, maximum: limits.pageSizeMax, default: limits.pageSizeDefault },
      }),
    }),
    header: z.object({ 'If-None-Match': z.string().optional(), ...meant }),
  },
  responses: {
    '200': {
      ...json(z.array(recordedEvent), 'The events of the stream, oldest first.', [exampleEvent]),
      headers: {
        ...position,
        ...identity,
        ...next,
        ETag: { description: 'The stream’s version, in quotes.', schema: { type: 'string' } },
      },
    },
    '304': { description: 'The stream is still at the version of If-None-Match.' },
    ...refusals('bad-encoding', 'invalid', 'not-found', 'conflict', 'unavailable', ...anywhere),
  },
}

const well = {
  ...{ status: 'ok', service: 'event-bus', ready: true, position: 1, followers: 0 },
  log: exampleLog,
}
const document = z.looseObject({})
const described = (operationId: string, summary: string): ZodOpenApiOperationObject => ({
  operationId,
  tags: ['descriptions'],
  summary,
  responses: { '200': json(document, summary), ...refusals(...anywhere) },
})

const alive = { status: 'ok', service: 'event-bus' }

/** The log itself, its state, and what describes it. */
export const eventsPaths: Paths = {
  '/events': { post: append, get: read },
  '/streams/{subject}': { get: stream },
  '/health': {
    get: {
      operationId: 'health',
      tags: ['health'],
      summary: 'How it does',
      security: [],
      responses: { '200': json(health, 'It lives.', well) },
    },
  },
  '/health/live': {
    get: {
      operationId: 'live',
      tags: ['health'],
      summary: 'Whether the process lives, and nothing else',
      security: [],
      responses: {
        '200': json(z.object({ status: z.literal('ok'), service: z.string() }), 'It lives.', alive),
      },
    },
  },
  '/health/ready': {
    get: {
      operationId: 'ready',
      tags: ['health'],
      summary: 'Whether it can do its work',
      security: [],
      responses: {
        '200': json(health, 'It can.', well),
        '503': json(health, 'It is closing.', { ...well, status: 'waiting', ready: false }),
      },
    },
  },
  '/metrics': {
    get: {
      operationId: 'metrics',
      tags: ['health'],
      summary: 'What the bus measures of itself, for Prometheus',
      description:
        'Appends, refusals by code, positions, commits, followers and how many are behind; per subscription its lag, oldest unacknowledged age, attempts, parked events and rate; requests by route and status; the process.',
      responses: {
        '200': {
          description: 'Prometheus text, version 0.0.4.',
          content: { 'text/plain': { schema: { type: 'string' }, example: 'bus_position 1' } },
        },
        ...refusals(...anywhere),
      },
    },
  },
  '/openapi.json': { get: described('openapi', 'This description, OpenAPI 3.1.') },
  '/asyncapi.json': { get: described('asyncapi', 'The events and their streams, AsyncAPI 3.') },
}
