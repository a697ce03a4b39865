import { z } from 'zod'
import { allExamples } from '../examples/all.ts'
import { eventDefinitions, eventTypes } from './catalog.ts'
import type { EventDefinition } from './define.ts'

/** One event of the catalogue, described for people and programs that don't know it. */
export interface DescribedEvent {
  type: string
  summary: string
  /** The paths of the services that publish it. */
  sources: readonly string[]
  subject: string
  dataversion: number
  /** JSON Schema, draft 7, of `data` as a reader accepts it and, where it holds something of people, as it stands in the log. */
  data: Record<string, unknown>
  examples: Record<string, unknown>[]
}

type Schema = Record<string, unknown>

/** What stands in the place of personal fields: one box, sealed with the key of a person. */
const box = {
  type: 'object',
  description:
    'The fields that are somebody’s, sealed with their key (AES-256-GCM). Without the key nothing of it can be read.',
  properties: { key: { type: 'string', format: 'uuid' }, box: { type: 'string', pattern: '^[\\w-]+$' } },
  required: ['key', 'box'],
}

const sealedSchema = (schema: Schema, fields: readonly string[]): Schema => {
  for (const kind of ['anyOf', 'oneOf']) {
    const choices = schema[kind]
    if (Array.isArray(choices))
      return { ...schema, [kind]: choices.map((each) => sealedSchema(each, fields)) }
  }
  const properties = Object.entries((schema.properties ?? {}) as Schema).filter(
    ([name]) => !fields.includes(name),
  )
  const required = ((schema.required ?? []) as string[]).filter((name) => !fields.includes(name))
  return {
    ...schema,
    properties: { ...Object.fromEntries(properties), sealed: box },
    required: [...required, 'sealed'],
  }
}

const dataSchema = ({ data, personal }: EventDefinition): Schema => {
  const { $schema: _, ...schema } = z.toJSONSchema(data, { target: 'draft-7', io: 'input' })
  if (personal === undefined) return schema
  return {
    anyOf: [
      { title: 'As it stands in the log', ...sealedSchema(schema, personal.fields) },
      { title: 'As a service reads it that has the key', ...schema },
    ],
  }
}

/** The whole catalogue, for its description in AsyncAPI. */
export const describedEvents = (): DescribedEvent[] => {
  const examples = allExamples()
  return eventTypes.map((type) => {
    const definition = eventDefinitions[type]
    const { summary, by, stream, dataversion } = definition
    return {
      ...{ type, summary, dataversion },
      sources: by.map((service) => `/${service}`),
      subject: stream.template,
      data: dataSchema(definition),
      examples: examples.filter((event) => event.type === type).map((event) => ({ ...event })),
    }
  })
}
