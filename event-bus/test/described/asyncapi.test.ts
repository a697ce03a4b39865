import { Parser } from '@asyncapi/parser'
import { eventTypes } from '@logbook/contracts/events/catalog.ts'
import { describedEvents } from '@logbook/contracts/events/described.ts'
import { erasureFollowers } from '@logbook/contracts/events/users.ts'
import { asyncApiDocument, type EventDescription } from '@logbook/event-bus/described/asyncapi.ts'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { beforeAll, describe, expect, it } from 'vitest'

type Document = {
  channels: Record<string, { address: string; messages: Record<string, object> }>
  operations: Record<string, { action: string; messages: { $ref: string }[] }>
  components: {
    schemas: object
    messages: Record<string, { payload: object; examples: { payload: object }[] }>
  }
}

const parser = new Parser()
const severityOfErrors = 0

const parsed = async (catalogue: readonly EventDescription[]) => {
  const { document, diagnostics } = await parser.parse(JSON.stringify(asyncApiDocument(catalogue)))
  const errors = diagnostics.filter(({ severity }) => severity === severityOfErrors)
  return { document, errors: errors.map(({ message, path }) => `${path.join('.')}: ${message}`) }
}

describe('the AsyncAPI description', () => {
  it('of a log of which nothing is known is valid', async () => {
    const { document, errors } = await parsed([])
    expect(errors).toEqual([])
    expect(document?.allChannels().map((channel) => channel.address())).toEqual(['{subject}'])
  })

  it('of the catalogue is valid AsyncAPI 3', async () => {
    const { document, errors } = await parsed(describedEvents())
    expect(errors).toEqual([])
    expect(document?.version()).toBe('3.0.0')
  })

  it('that refers to nothing is found out', async () => {
    const [first] = describedEvents()
    const { errors } = await parsed(first ? [{ ...first, data: { $ref: '#/components/schemas/None' } }] : [])
    expect(errors).not.toEqual([])
  })
})

describe('the catalogue', () => {
  let document: Document
  const ajv = new Ajv({ strict: false, allErrors: true })
  addFormats.default(ajv)
  const faultsIn = (schema: object, value: unknown): string => {
    const root = { ...schema, components: document.components }
    return ajv.validate(root, value) ? '' : ajv.errorsText()
  }
  beforeAll(() => {
    document = asyncApiDocument(describedEvents()) as Document
  })

  it('is described whole: every type is a message, is sent by one service and can be received', () => {
    expect(Object.keys(document.components.messages).sort()).toEqual([...eventTypes].sort())
    const of = (action: string) =>
      Object.values(document.operations)
        .filter((operation) => operation.action === action)
        .flatMap(({ messages }) => messages.map(({ $ref }) => $ref.split('/').at(-1)))
        .sort()
    expect([...new Set(of('send'))]).toEqual([...eventTypes].sort())
    expect(of('receive')).toEqual([...eventTypes].sort())
  })

  it('stands in channels by kind of stream', () => {
    expect(Object.values(document.channels).map(({ address }) => address)).toEqual([
      'post-{postId}',
      'slug-{slug}',
      'comment-{commentId}',
      'moderation-{commentId}',
      'rules',
      'user-{personId}',
      'erasure-{personId}',
      'blog-settings',
    ])
    expect(Object.keys(document.operations)).toContain('moderation-sends-rules')
  })

  it.each(eventTypes)('gives examples of %s that fit its schema', (type) => {
    const message = document.components.messages[type]
    expect(message?.examples.length).toBeGreaterThan(0)
    for (const { payload } of message?.examples ?? [])
      expect(faultsIn(message?.payload ?? {}, payload)).toBe('')
  })

  it('says how what is somebody’s stands in the log: sealed', () => {
    const { payload, examples } = document.components.messages.CommentCreated ?? { payload: {}, examples: [] }
    const [example] = examples as { payload: { data: object } }[]
    const { author: _, content: __, ...rest } = (example?.payload.data ?? {}) as Record<string, unknown>
    const withData = (data: object) => ({ ...example?.payload, data })
    const sealed = { key: '0197a000-0000-7000-8000-00000000000a', box: 'aGVsbG8' }
    expect(faultsIn(payload, withData({ ...rest, sealed }))).toBe('')
    expect(faultsIn(payload, withData({ ...rest, sealed: { key: sealed.key } }))).not.toBe('')
    expect(faultsIn(payload, withData(rest))).not.toBe('')
  })

  it('names every service that publishes a type', () => {
    const senders = Object.values(document.operations)
      .filter(
        ({ action, messages }) =>
          action === 'send' && messages.some(({ $ref }) => $ref.endsWith('/ErasureConfirmed')),
      )
      .map((operation) => (operation as { tags?: { name: string }[] }).tags?.[0]?.name)
    expect(senders.sort()).toEqual([...erasureFollowers].sort())
    const { payload, examples } = document.components.messages.ErasureConfirmed ?? {
      payload: {},
      examples: [],
    }
    for (const service of erasureFollowers)
      expect(faultsIn(payload, { ...examples[0]?.payload, source: `/${service}` })).toBe('')
    expect(faultsIn(payload, { ...examples[0]?.payload, source: '/accounts' })).not.toBe('')
  })

  it.each([
    ['another type', { type: 'PostDeleted' }],
    ['another publisher', { source: '/moderation' }],
    ['another kind of stream', { subject: 'comment-1' }],
    ['data of another shape', { data: { id: 'x' } }],
    ['no place', { position: undefined }],
  ])('has a schema that refuses %s', (_, change) => {
    const { payload, examples } = document.components.messages.PostCreated ?? { payload: {}, examples: [] }
    const [example] = examples
    expect(faultsIn(payload, { ...example?.payload, ...change })).not.toBe('')
  })
})
