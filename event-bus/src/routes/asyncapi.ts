import { exampleEvent, recordedEventShape } from '@logbook/contracts/http/log-events.ts'
import { z } from 'zod'

type JsonSchema = Readonly<Record<string, unknown>>

/** One type of event, as its publisher describes it. */
export interface EventDescription {
  type: string
  summary: string
  /** The `source` of its publishers. Empty where any may publish it. */
  sources: readonly string[]
  /** Its streams, with parameters in braces: `order-{orderId}`. */
  subject: string
  dataversion: number
  /** JSON Schema, draft 7, of `data`. */
  data: JsonSchema
  /** Whole recorded events. */
  examples: readonly JsonSchema[]
}

const parameterPattern = /\{(\w+)\}/g
const nameOf = (text: string): string => text.replaceAll(/\W+/g, '-').replaceAll(/^-+|-+$/g, '')
const ref = (place: string) => ({ $ref: `#/${place}` })

/** The catalogue of a log with unknown events. */
const anything: EventDescription = {
  type: '',
  summary: 'Any event. Its publishers say what they are.',
  sources: [],
  subject: '{subject}',
  dataversion: 1,
  data: {},
  examples: [{ ...exampleEvent }],
}

const envelopeSchema = (): JsonSchema => {
  const { $schema: _, ...schema } = z.toJSONSchema(recordedEventShape, { target: 'draft-7', io: 'input' })
  return schema
}

const messageOf = ({ type, summary, sources, subject, data, examples }: EventDescription) => ({
  name: type || 'Event',
  title: type || 'Event',
  summary,
  contentType: 'application/cloudevents+json',
  payload: {
    allOf: [
      ref('components/schemas/RecordedEvent'),
      {
        type: 'object',
        properties: {
          ...(type === '' ? {} : { type: { const: type } }),
          ...(sources.length === 0 ? {} : { source: { enum: sources } }),
          subject: { type: 'string', pattern: `^${subject.replaceAll(parameterPattern, '.+')}$` },
          data,
        },
      },
    ],
  },
  examples: examples.map((payload) => ({ payload })),
})

const channelOf = (subject: string, described: readonly EventDescription[]) => {
  const parameters = [...subject.matchAll(parameterPattern)].map(([, name = '']) => name)
  return {
    address: subject,
    title: `The streams ${subject}`,
    description: 'The address is the subject of the events: a stream of the log.',
    ...(parameters.length > 0 && { parameters: Object.fromEntries(parameters.map((name) => [name, {}])) }),
    messages: Object.fromEntries(
      described.map(({ type }) => [type || 'Event', ref(`components/messages/${type || 'Event'}`)]),
    ),
  }
}

const referencesIn = (channel: string, described: readonly EventDescription[]) => ({
  channel: ref(`channels/${channel}`),
  messages: described.map(({ type }) => ref(`channels/${channel}/messages/${type || 'Event'}`)),
})

const operationsOf = (subject: string, described: readonly EventDescription[]): [string, object][] => {
  const channel = nameOf(subject)
  const sent = described.flatMap((each) =>
    (each.sources.length === 0 ? [''] : each.sources).map((source) => ({ ...each, source })),
  )
  const publishers = [...Map.groupBy(sent, ({ source }) => source)]
  const sends = publishers.map(([source, theirs]): [string, object] => {
    const publisher = nameOf(source) || 'anyone'
    return [
      `${publisher}-sends-${channel}`,
      {
        action: 'send',
        title: `${source || 'A publisher'} appends to ${subject}`,
        tags: [{ name: publisher }],
        ...referencesIn(channel, theirs),
      },
    ]
  })
  const receive = { action: 'receive', title: `A consumer reads ${subject}` }
  return [...sends, [`receive-${channel}`, { ...receive, ...referencesIn(channel, described) }]]
}

/**
 * The events of a log in AsyncAPI 3: a channel for each kind of stream, a message for each type. An empty catalogue describes
 * any log.
 */
export const asyncApiDocument = (catalogue: readonly EventDescription[]): object => {
  const described = catalogue.length > 0 ? catalogue : [anything]
  const bySubject = [...Map.groupBy(described, ({ subject }) => subject)]
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Events of this log',
      version: '1.0.0',
      description:
        'CloudEvents 1.0 in JSON. They are sent by `POST /events`, and received by following `GET /events` or through a subscription; see the OpenAPI description.',
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/cloudevents+json',
    channels: Object.fromEntries(
      bySubject.map(([subject, each]) => [nameOf(subject), channelOf(subject, each)]),
    ),
    operations: Object.fromEntries(bySubject.flatMap(([subject, each]) => operationsOf(subject, each))),
    components: {
      schemas: { RecordedEvent: envelopeSchema() },
      messages: Object.fromEntries(described.map((each) => [each.type || 'Event', messageOf(each)])),
    },
  }
}
