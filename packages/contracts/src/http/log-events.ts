import { z } from 'zod'
import { eventToAppend, expectedVersion, type RecordedEvent } from '../envelope.ts'
import { problemBody } from '../problems.ts'

const { id, source, subject, time, datacontenttype, dataversion, type } = eventToAppend.shape
const { correlationid, causationid, traceparent, commanddigest, dataschema } = eventToAppend.shape
const place = z.number().int().min(1)

/** What the log serves, in the shape of `RecordedEvent`. */
export const recordedEventShape = z.looseObject({
  specversion: z.literal('1.0'),
  id: id.unwrap(),
  source: source.unwrap(),
  type,
  subject: subject.unwrap(),
  time: time.unwrap(),
  datacontenttype: datacontenttype.unwrap(),
  dataversion: dataversion.unwrap(),
  position: place.describe('Counts from 1 across the log, without gaps.'),
  version: place.describe('Counts from 1 within the stream.'),
  ...{ correlationid, causationid, traceparent, commanddigest },
  dataschema: dataschema.unwrap().unwrap().optional(),
  data: z.unknown(),
})

/** The same, under a name that other schemas refer to. */
export const recordedEvent = recordedEventShape.meta({
  id: 'RecordedEvent',
  description: 'A CloudEvent 1.0 as it is in the log.',
})

export const outgoingEvent = eventToAppend.extend({ expectedversion: expectedVersion.optional() }).meta({
  id: 'EventToAppend',
  description:
    'The bus fills in what is left out: id, source, subject (the type), time, dataversion. Further attributes are extensions, named with lower-case letters and digits.',
})

export const appended = z
  .array(z.object({ id: z.string(), position: place, subject: z.string(), version: place, time: z.string() }))
  .meta({ id: 'Appended', description: 'The place of each event, in the order in which they were sent.' })

export const appendedLine = z
  .union([z.object({ status: z.union([z.literal(200), z.literal(201)]), events: appended }), problemBody])
  .meta({ id: 'AppendedLine', description: 'What became of one line: its places, or a problem.' })

/** An event for examples, of no particular domain. */
export const exampleEvent: RecordedEvent = {
  specversion: '1.0',
  id: '01940000-0000-7000-8000-000000000001',
  source: '/shop',
  type: 'OrderPlaced',
  subject: 'order-7',
  time: '2026-03-01T09:00:00.000Z',
  datacontenttype: 'application/json',
  dataversion: 1,
  position: 1,
  version: 1,
  data: { total: 12 },
}

/** A log's identity for examples. */
export const exampleLog = { id: '5d0c6f0e-5b0a-4f5e-9f57-0d8a3f1f6f10', epoch: 1 }
