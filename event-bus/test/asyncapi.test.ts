import asyncApiSchema from '@asyncapi/specs/schemas/3.0.0.json' with { type: 'json' }
import { eventTypes } from '@logbook/contracts/events/catalog.ts'
import { describedEvents } from '@logbook/contracts/events/described.ts'
import { erasureFollowers } from '@logbook/contracts/events/users.ts'
import { asyncApiDocument, type EventDescription } from '@logbook/event-bus/routes/asyncapi.ts'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { beforeAll, describe, expect, it } from 'vitest'

type Document = {
  asyncapi: string
  channels: Record<string, { address: string; parameters?: object; messages: Record<string, object> }>
  operations: Record<string, { action: string; channel: { $ref: string }; messages: { $ref: string }[] }>
  components: {
    schemas: object
    messages: Record<string, { payload: object; examples: { payload: { data?: object } }[] }>
  }
}

const stating = new Ajv({ strict: false, allErrors: true, meta: false, validateSchema: false })
addFormats.default(stating)
const isAsyncApi = stating.compile(asyncApiSchema)

/** What a reference within the document leads to. */
const target = (document: object, reference: string): unknown =>
  reference
    .replace(/^#\//, '')
    .split('/')
    .map((each) => decodeURIComponent(each).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((inside, key) => (inside as Record<string, unknown> | undefined)?.[key], document)

const referencesIn = (value: unknown): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, inside]) =>
        key === '$ref' && typeof inside === 'string' ? [inside] : referencesIn(inside),
      )

const parametersIn = (address: string) => [...address.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name)

/** What the specification says against a document: by its schema, and by its rules that no schema can state. */
const faultsOf = (described: object): string[] => {
  isAsyncApi(described)
  const document = described as Document
  return [
    ...(isAsyncApi.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`),
    ...referencesIn(document)
      .filter((reference) => target(document, reference) === undefined)
      .map((reference) => `${reference} leads to nothing`),
    ...Object.entries(document.channels)
      .filter(
        ([, { address, parameters = {} }]) =>
          parametersIn(address).sort().join() !== Object.keys(parameters).sort().join(),
      )
      .map(([name]) => `${name} has other parameters than its address`),
    ...Object.entries(document.operations)
      .filter(([, { channel, messages }]) =>
        messages.some(({ $ref }) => !$ref.startsWith(`${channel.$ref}/messages/`)),
      )
      .map(([name]) => `${name} has a message that its channel has not`),
  ]
}

const descriptionOf = (events: readonly EventDescription[]) => asyncApiDocument(events) as Document

describe('the AsyncAPI description', () => {
  it('the AsyncAPI document of an empty catalogue is valid', () => {
    const document = descriptionOf([])
    expect(faultsOf(document)).toEqual([])
    expect(Object.values(document.channels).map(({ address }) => address)).toEqual(['{subject}'])
  })

  it('the AsyncAPI document of Logbook’s catalogue is valid AsyncAPI 3', () => {
    const document = descriptionOf(describedEvents())
    expect(faultsOf(document)).toEqual([])
    expect(document.asyncapi).toBe('3.0.0')
  })

  it('a dangling reference in an AsyncAPI document is found', () => {
    const [first] = describedEvents()
    const faults = faultsOf(
      descriptionOf(first ? [{ ...first, data: { $ref: '#/components/schemas/None' } }] : []),
    )
    expect(faults).toEqual(['#/components/schemas/None leads to nothing'])
  })

  it.each<[string, (document: Document) => void]>([
    ['another version', (document) => Object.assign(document, { asyncapi: '2.6.0' })],
    [
      'an operation that neither sends nor receives',
      ({ operations }) => {
        for (const operation of Object.values(operations)) operation.action = 'sent'
      },
    ],
    [
      'an address whose parameter is not described',
      ({ channels }) => {
        for (const channel of Object.values(channels)) channel.address += '-{other}'
      },
    ],
    [
      'an operation with a message of another channel',
      ({ operations }) => {
        for (const operation of Object.values(operations)) operation.channel.$ref = '#/channels/rules'
      },
    ],
    [
      'a misspelt field',
      ({ channels }) => {
        for (const channel of Object.values(channels)) Object.assign(channel, { adress: channel.address })
      },
    ],
  ])('an AsyncAPI document with %s is invalid', (_, change) => {
    const document = structuredClone(descriptionOf(describedEvents()))
    change(document)
    expect(faultsOf(document)).not.toEqual([])
  })
})

describe('the catalogue', () => {
  let document: Document
  const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false })
  addFormats.default(ajv)
  const faultsIn = (type: string, value: unknown): string =>
    ajv.validate({ $ref: `described#/components/messages/${type}/payload` }, value) ? '' : ajv.errorsText()
  const examplesOf = (type: string) => document.components.messages[type]?.examples ?? []
  beforeAll(() => {
    document = descriptionOf(describedEvents())
    ajv.addSchema(document, 'described')
  })

  it('every event type is a message that one service sends and readers receive', () => {
    expect(Object.keys(document.components.messages).sort()).toEqual([...eventTypes].sort())
    const of = (action: string) =>
      Object.values(document.operations)
        .filter((operation) => operation.action === action)
        .flatMap(({ messages }) => messages.map(({ $ref }) => $ref.split('/').at(-1)))
        .sort()
    expect([...new Set(of('send'))]).toEqual([...eventTypes].sort())
    expect(of('receive')).toEqual([...eventTypes].sort())
  })

  it('messages are grouped in channels by kind of stream', () => {
    expect(Object.values(document.channels).map(({ address }) => address)).toEqual([
      'post-{postId}',
      'slug-{slug}',
      'comment-{commentId}',
      'moderation-{commentId}',
      'rules',
      'user-{personId}',
      'erasure-{personId}',
      'blog-settings',
      'settings-of-media',
      'notify-{personId}',
      'mail-subscription-{subscriptionId}',
      'notified-{eventId}',
      'newsletter-{postId}',
      'digest-{week}-{timeZone}',
      'mention-{mentionId}',
      'media-{mediumId}',
      'backups',
      'backup-overdue-{day}',
      'views-{day}',
    ])
    expect(Object.keys(document.operations)).toContain('moderation-sends-rules')
  })

  it.each(eventTypes)('the examples of %s fit its schema', (type) => {
    const message = document.components.messages[type]
    expect(message?.examples.length).toBeGreaterThan(0)
    for (const { payload } of message?.examples ?? []) expect(faultsIn(type, payload)).toBe('')
  })

  it('the AsyncAPI document says how personal data is sealed in the log', () => {
    const [example] = examplesOf('CommentCreated')
    const { author: _, content: __, ...rest } = (example?.payload.data ?? {}) as Record<string, unknown>
    const withData = (data: object) => ({ ...example?.payload, data })
    const sealed = { key: '0197a000-0000-7000-8000-00000000000a', box: 'aGVsbG8' }
    expect(faultsIn('CommentCreated', withData({ ...rest, sealed }))).toBe('')
    expect(faultsIn('CommentCreated', withData({ ...rest, sealed: { key: sealed.key } }))).not.toBe('')
    expect(faultsIn('CommentCreated', withData(rest))).not.toBe('')
  })

  it('the AsyncAPI document names every publisher of a type', () => {
    const senders = Object.values(document.operations)
      .filter(
        ({ action, messages }) =>
          action === 'send' && messages.some(({ $ref }) => $ref.endsWith('/ErasureConfirmed')),
      )
      .map((operation) => (operation as { tags?: { name: string }[] }).tags?.[0]?.name)
    expect(senders.sort()).toEqual([...erasureFollowers].sort())
    const [example] = examplesOf('ErasureConfirmed')
    for (const service of erasureFollowers)
      expect(faultsIn('ErasureConfirmed', { ...example?.payload, source: `/${service}` })).toBe('')
    expect(faultsIn('ErasureConfirmed', { ...example?.payload, source: '/accounts' })).not.toBe('')
  })

  it.each([
    ['another type', { type: 'PostDeleted' }],
    ['another publisher', { source: '/moderation' }],
    ['another kind of stream', { subject: 'comment-1' }],
    ['data of another shape', { data: { id: 'x' } }],
    ['no place', { position: undefined }],
  ])('the schema of an event refuses %s', (_, change) => {
    const [example] = examplesOf('PostCreated')
    expect(faultsIn('PostCreated', { ...example?.payload, ...change })).not.toBe('')
  })
})
