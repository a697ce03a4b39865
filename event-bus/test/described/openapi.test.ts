import { silentLogger } from '@logbook/chassis/logger.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { createEventBus } from '@logbook/event-bus/app.ts'
import { openApiDocument } from '@logbook/event-bus/described/openapi.ts'
import { openSubscriptions } from '@logbook/event-bus/subscriptions/tables.ts'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { startSubscribedBus } from '../subscriptions/running.ts'

interface Content {
  schema: object
  example?: unknown
  examples?: Record<string, { value: unknown }>
}
interface Operation {
  operationId: string
  requestBody?: { content: Record<string, Content> }
  responses: Record<string, { content?: Record<string, Content> }>
}

const document = structuredClone(openApiDocument()) as {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: object
}
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
)
const names = operations.map(({ method, path }) => `${method} ${path}`).sort()

const ajv = new Ajv2020({ strict: false, allErrors: true })
addFormats.default(ajv)
ajv.addSchema({ $id: 'https://bus.example/', components: document.components })
const faultsIn = (schema: object, value: unknown): string => {
  const local = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"https://bus.example/#/'))
  return ajv.validate(local, value) ? '' : ajv.errorsText()
}

interface Layer {
  route?: { path: string; methods: Record<string, boolean> }
  handle?: { stack?: Layer[] }
}

/** Every route of an application with a method of its own, as OpenAPI would write it. */
const routesOf = (stack: readonly Layer[]): string[] =>
  stack.flatMap(({ route, handle }) => {
    if (route === undefined) return routesOf(handle?.stack ?? [])
    const methods = Object.keys(route.methods).filter((method) => method !== '_all' && method !== 'head')
    return methods.map((method) => `${method.toUpperCase()} ${route.path.replaceAll(/:(\w+)/g, '{$1}')}`)
  })

describe('the OpenAPI description', () => {
  it('the OpenAPI document of the bus is valid OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document))
    expect({ valid, errors }).toMatchObject({ valid: true })
    expect(document.openapi).toBe('3.1.0')
  })

  it('the OpenAPI document describes every route and no other', async () => {
    const { app, close } = createEventBus({
      store: memoryLog(),
      logger: silentLogger,
      subscriptions: { db: openSubscriptions(':memory:'), pushAllow: ['loopback'] },
    })
    expect(
      [...new Set(routesOf((app as unknown as { router: { stack: Layer[] } }).router.stack))].sort(),
    ).toEqual(names)
    await close()
  })

  it('every operation has a unique id', () => {
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
  })

  const examples = operations.flatMap(({ operation }) =>
    [operation.requestBody, ...Object.values(operation.responses)].flatMap((message) =>
      Object.entries(message?.content ?? {}).flatMap(([type, { schema, example, examples = {} }]) =>
        [example, ...Object.values(examples).map(({ value }) => value)]
          .filter((value) => value !== undefined)
          .map((value) => ({ id: operation.operationId, type, schema, value })),
      ),
    ),
  )
  it.each(examples)('the example of $id ($type) fits its schema', ({ schema, value }) => {
    expect(faultsIn(schema, value)).toBe('')
  })
  it('an example that does not fit its schema is refused', () => {
    const { schema } = examples.find(({ id }) => id === 'appendEvents') ?? { schema: {} }
    expect(faultsIn(schema, { type: 5 })).not.toBe('')
  })
})

describe('answers of the bus', () => {
  const told: [method: string, path: string, body?: object][] = [
    ['GET', '/health'],
    ['GET', '/health/live'],
    ['GET', '/health/ready'],
    [
      'POST',
      '/events',
      [
        { type: 'A', subject: 'a', data: 1, extra: true },
        { type: 'A', subject: 'b' },
      ],
    ],
    ['POST', '/events', { type: 5 }],
    ['POST', '/events', { type: 'A', subject: 'a', expectedversion: 'none' }],
    ['GET', '/events'],
    ['GET', '/events?limit=0'],
    ['GET', '/events?after=99'],
    ['GET', '/streams/a'],
    ['GET', '/streams/none'],
    ['PUT', '/subscriptions/s', { mode: 'pull' }],
    ['PUT', '/subscriptions/s', { mode: 'pull' }],
    ['PUT', '/subscriptions/s', { mode: 'pull', attempts: 3 }],
    ['PUT', '/subscriptions/p', { mode: 'push', url: 'http://127.0.0.1:1/', from: 'now' }],
    ['GET', '/subscriptions'],
    ['GET', '/subscriptions/s'],
    ['GET', '/subscriptions/none'],
    ['POST', '/subscriptions/s/claim', { max: 2, waitMs: 5_000 }],
    ['POST', '/subscriptions/s/extend', { token: 1 }],
    ['POST', '/subscriptions/s/nack', { token: 1, action: 'park', reason: 'no' }],
    ['POST', '/subscriptions/s/ack', { tokens: [2] }],
    ['POST', '/subscriptions/s/ack', { token: 99 }],
    ['GET', '/subscriptions/s/parked'],
    ['GET', '/subscriptions/s/proof'],
    ['POST', '/subscriptions/s/parked/skip', { position: 1 }],
    ['POST', '/subscriptions/s/parked/replay', {}],
    ['POST', '/subscriptions/s/pause'],
    ['POST', '/subscriptions/s/resume'],
    ['POST', '/subscriptions/s/reset', { position: 0 }],
    ['GET', '/subscriptions/p/secret'],
    ['DELETE', '/subscriptions/s'],
    ['POST', '/questions/t', { data: 1, timeoutMs: 1 }],
    ['POST', '/questions/t/claim', {}],
    ['POST', '/questions/t/reply', { token: 'x', data: 1 }],
    ['POST', '/questions/t/reply', { replies: [{ token: 'x', data: 1 }] }],
    ['GET', '/questions'],
    ['GET', '/metrics'],
    ['GET', '/openapi.json'],
    ['GET', '/asyncapi.json'],
  ]
  const templateOf = (path: string): string =>
    path
      .replace(/\?.*/, '')
      .replace(/^\/subscriptions\/\w+/, '/subscriptions/{name}')
      .replace(/^\/streams\/\w+/, '/streams/{subject}')
      .replace(/^\/questions\/\w+/, '/questions/{topic}')

  it('every operation answers with the documented status and body', async () => {
    const bus = await startSubscribedBus()
    const met = new Set<string>()
    for (const [method, path, body] of told) {
      const template = templateOf(path)
      const answer = await bus.ask(method, path, body === undefined ? {} : { body })
      const described = document.paths[template]?.[method.toLowerCase()]?.responses[answer.status]
      expect(described, `${method} ${path} was answered ${answer.status}`).toBeDefined()
      met.add(`${method} ${template}`)
      const type = answer.headers.get('Content-Type')?.split(';')[0] ?? ''
      const schema = described?.content?.[type]?.schema
      if (answer.status === 204) expect(answer.body).toBeUndefined()
      else
        expect([`${method} ${path}`, schema ? faultsIn(schema, answer.body) : type]).toEqual([
          `${method} ${path}`,
          '',
        ])
    }
    expect([...met].sort()).toEqual(names)
  })
})
