import { z } from 'zod'
import { subject as subjectSchema } from '../envelope.ts'
import { busServices } from '../http/access.ts'
import { type Endpoints, type Grant, json } from '../http/endpoint.ts'
import { logBounds } from '../http/log-bounds.ts'
import { appended, appendedLine, exampleEvent, outgoingEvent, recordedEvent } from '../http/log-events.ts'
import {
  checksumHeader,
  expectedLogHeaders,
  pageHeaders,
  placeHeaders,
  readLogHeaders,
} from '../http/log-headers.ts'
import { eventsQuery, streamQuery } from '../http/log-queries.ts'
import { mediaTypes } from '../http/media-types.ts'
import type { ProblemCode } from '../problems.ts'

const sent = { type: 'OrderPlaced', subject: 'order-7', expectedversion: 'none', data: { total: 12 } }
const { id, position, subject, version, time } = exampleEvent
const places = [{ id, position, subject, version, time }]
const batch = z.array(outgoingEvent).min(1).max(logBounds.eventsPerAppendMax)
const lines = 'One append a line: an event, or an array of events.'

const appendRefusals: readonly ProblemCode[] = [
  ...(['version-conflict', 'id-conflict', 'conflict', 'too-many', 'unavailable'] as const),
]

/** The log: append, read, follow. Who may append which events is checked beyond these rows: `event-bus/src/append/permissions.ts`. */
export const eventRows = {
  'GET /events': {
    id: 'readEvents',
    tag: 'events',
    access: busServices,
    summary: 'Read the log, or follow it',
    details:
      'A page as JSON; with `Accept: application/x-ndjson` and no limit, the log up to its end; with `Accept: text/event-stream`, history and then everything that comes. Of server-sent events, `id` is the position; `checkpoint` moves it past what the filter left out; `log` says which log it is, when the stream begins and after each page, as a checkpoint: id, epoch, position, checksum; `caught-up` marks the end of history; `fell-behind` says that a reader is more than a page behind later on; comments are heartbeats.',
    query: eventsQuery,
    rawHeaders: {
      'Last-Event-ID': z
        .string()
        .regex(/^\d{1,15}$/)
        .optional()
        .describe('What an EventSource saw last; it counts more than `after`.'),
      ...readLogHeaders,
    },
    answers: {
      '200': {
        description: 'Events in log order.',
        headers: { ...pageHeaders, ...checksumHeader },
        content: {
          [mediaTypes.json]: { schema: z.array(recordedEvent), example: [exampleEvent] },
          [mediaTypes.cloudEventBatch]: { schema: z.array(recordedEvent), example: [exampleEvent] },
          [mediaTypes.ndjson]: { schema: recordedEvent },
          [mediaTypes.eventStream]: { schema: { type: 'string' } },
        },
      },
    },
    refusals: ['not-acceptable', 'conflict', 'unavailable'],
  },
  'POST /events': {
    id: 'appendEvents',
    tag: 'events',
    access: busServices,
    summary: 'Append events, durably and atomically',
    details:
      'Answered when what the answer says is on the disk. An array is one atomic append. As NDJSON, each line is an append of its own, and is answered by a line of its own. Who may append which events is checked by the token.',
    rawHeaders: expectedLogHeaders,
    rawBodies: {
      [mediaTypes.json]: {
        schema: z.union([outgoingEvent, batch]),
        examples: { one: { value: sent }, several: { value: [sent, { type: 'StockCounted', data: 3 }] } },
      },
      [mediaTypes.cloudEvent]: { schema: outgoingEvent, example: sent },
      [mediaTypes.cloudEventBatch]: { schema: batch, example: [sent] },
      [mediaTypes.ndjson]: { schema: { type: 'string', description: lines } },
    },
    answers: {
      '200': {
        description:
          'Events with these ids and the same content are in the log already: the first result. Or NDJSON.',
        headers: placeHeaders,
        content: {
          [mediaTypes.json]: { schema: appended, example: places },
          [mediaTypes.ndjson]: { schema: appendedLine },
        },
      },
      '201': {
        description: 'Appended.',
        headers: placeHeaders,
        content: { [mediaTypes.json]: { schema: appended, example: places } },
      },
    },
    refusals: appendRefusals,
  },
  'GET /streams/:subject': {
    id: 'readStream',
    tag: 'events',
    access: busServices,
    summary: 'Read one stream',
    params: { subject: subjectSchema },
    query: streamQuery,
    rawHeaders: { 'If-None-Match': z.string().optional(), ...expectedLogHeaders },
    answers: {
      '200': {
        ...json(z.array(recordedEvent), 'The events of the stream, oldest first.', [exampleEvent]),
        headers: {
          ...pageHeaders,
          ETag: { description: 'The stream’s version, in quotes.', schema: { type: 'string' } },
        },
      },
      '304': { description: 'The stream is still at the version of If-None-Match.' },
    },
    refusals: ['conflict', 'unavailable'],
  },
  'GET /openapi.json': {
    id: 'openapi',
    access: busServices,
    summary: 'This description, OpenAPI 3.1',
    answers: { '200': json(z.looseObject({}), 'OpenAPI 3.1.') },
  },
  'GET /asyncapi.json': {
    id: 'asyncapi',
    access: busServices,
    summary: 'The events and their streams, AsyncAPI 3',
    answers: { '200': json(z.looseObject({}), 'AsyncAPI 3.') },
  },
} as const satisfies Endpoints

/** The rows that read the log, for these readers alone. */
export const readRows = (readers: readonly Grant[]) => ({
  'GET /events': { ...eventRows['GET /events'], access: readers },
  'GET /streams/:subject': { ...eventRows['GET /streams/:subject'], access: readers },
})
