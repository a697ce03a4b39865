import { cases } from '@logbook/chassis/testing/cases.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RecordedEvent } from '../src/envelope.ts'
import { type EventType, eventDefinitions, eventSchema } from '../src/events/catalog.ts'
import { decodeEvent } from '../src/events/decode.ts'
import { allExamples } from '../src/examples/all.ts'
import { commentCreated, commentUpdated } from '../src/examples/comments.ts'
import { postCreated, postUpdated } from '../src/examples/posts.ts'

const plain: RecordedEvent[] = [
  ...allExamples(),
  postCreated({ cover: '/pictures/tide.png' }),
  postUpdated({ kind: 'page', excerpt: 'Twice a day.', tags: [], authorName: null }),
  commentCreated(),
  commentCreated({ author: null, priorVerdict: 'approved', erased: true }),
  commentUpdated({ status: 'pending', reason: null }),
  commentUpdated({ reason: 'two links', score: -3, promoted: true, editedAt: '2026-03-01T10:00:00.000Z' }),
]
/** What a schema takes and would change: white space, and members that it does not know. */
const others: RecordedEvent[] = [
  commentCreated({ author: { name: ' Ann', url: null, email: null } }),
  postUpdated({ tags: ['sea', 'walking '] }),
  postUpdated({ cover: ' https://pictures.example/low-tide.jpg' }),
  { ...commentCreated(), data: { ...commentCreated().data, more: 1 } },
]
const isPlain = (type: string, data: unknown): boolean => eventDefinitions[type as EventType].isPlain(data)

const odd = fc.oneof(
  fc.constantFrom<unknown>(
    ...[
      undefined,
      null,
      true,
      0,
      0.5,
      1,
      -0,
      2 ** 53,
      '',
      ' ',
      ' a',
      'a ',
      'a\nb',
      'a\u0000b',
      '\ud800',
      'a-b',
      'A',
      'Ä',
      'https://a.example/b.png',
      '/a/b.png',
      '//a/b',
      ['/a/b', '//a'],
    ],
    ...[
      'pending',
      'approved',
      'published',
      'deleted',
      'post',
      '2026-02-28T10:00:00Z',
      '2026-02-30T10:00:00.000Z',
    ],
    ...['2026-13-01T10:00:00.000Z', '2026-01-01T24:00:00.000Z', '2026-01-01T10:00:00.000Z\n'],
    ...['01920000-0000-7000-8000-0000000000C1', '00000000-0000-0000-0000-000000000000'],
    ...['01920000-0000-7000-8000-0000000000c1', '01920000-0000-9000-8000-0000000000c1'],
    ...['x'.repeat(100), 'x'.repeat(101), 'x'.repeat(501), 'x'.repeat(1_001), 'x'.repeat(10_001)],
    ...[[], ['a'], ['a '], [1], Array(101).fill('a'), {}, { name: 'a', url: null, email: null }],
    ...[
      { name: 'a ', url: null, email: null },
      { name: 'a', url: 'https://a.example', email: null },
    ],
    ...[
      { name: 'a', url: null },
      { name: 'a', url: null, email: null, more: 1 },
    ],
  ),
  fc.jsonValue(),
)
const fields = [
  ...new Set([...plain, ...others].flatMap(({ data }) => Object.keys(data as object))),
  'more',
  '__proto__',
]

/** What somebody who can't spell would write: an event's data with members changed, added and left out. */
const anyData = fc
  .record({
    event: fc.constantFrom(...plain, ...others),
    changed: fc.array(fc.tuple(fc.constantFrom(...fields), odd), { maxLength: 2 }),
    without: fc.option(fc.constantFrom(...fields)),
  })
  .map(({ event, changed, without }) => {
    const entries = new Map<string, unknown>([...Object.entries(event.data as object), ...changed])
    if (without !== null) entries.delete(without)
    const data: object = {}
    for (const [name, value] of entries)
      Object.defineProperty(data, name, { value, enumerable: true, configurable: true, writable: true })
    return { type: event.type, data }
  })

describe('data that is plain', () => {
  it('is what its schema returns as it is', () => {
    let seen = 0
    fc.assert(
      fc.property(anyData, ({ type, data }) => {
        if (!isPlain(type, data)) return
        seen++
        expect(eventSchema(type as EventType).parse(data)).toStrictEqual(data)
      }),
      cases(10_000),
    )
    expect(seen).toBeGreaterThan(1_000)
  })

  it('is what services append', () => {
    for (const event of plain)
      expect([event.type, isPlain(event.type, event.data)]).toEqual([event.type, true])
  })

  it('is read as it is, but not where it is of a newer version than this code', () => {
    const today = commentCreated()
    const decoded = decodeEvent(today)
    expect(decoded.kind === 'event' && decoded.event).toBe(today)
    const newer = { ...today, dataversion: today.dataversion + 1 }
    expect(decodeEvent(newer).kind).toBe('unreadable')
  })
})

describe('data that is not', () => {
  it.each(others)('is for the schema to read: $type', (event) => {
    expect(isPlain(event.type, event.data)).toBe(false)
    const decoded = decodeEvent(event)
    expect(decoded.kind).toBe('event')
    expect(decoded).not.toEqual({ kind: 'event', event })
  })
})
