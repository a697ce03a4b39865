import { anyText } from '@logbook/chassis/testing/any-text.ts'
import { cases } from '@logbook/chassis/testing/cases.ts'
import { envelopeBounds, eventToAppend } from '@logbook/contracts/envelope.ts'
import { isPlainEvent } from '@logbook/event-bus/append/plain-event.ts'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'

const { idCharsMax, subjectCharsMax, typeCharsMax, uriCharsMax } = envelopeBounds

// At and around every bound and pattern of the schema, and values of every other kind.
const someValue = fc.oneof(
  fc.constantFrom('', ' ', 'a', 'A.b_c-1', '1a', 'ä', 'a b', 'a\n', '\u007f', 'none', 'any', '1.0', '2.0'),
  fc.constantFrom('application/json', 'application/cloudevents+json', 'text/plain', '2026-11-20T22:45:00Z'),
  fc
    .constantFrom(idCharsMax, subjectCharsMax, typeCharsMax, uriCharsMax)
    .chain((bound) => fc.constantFrom('x'.repeat(bound), 'x'.repeat(bound + 1))),
  fc.constantFrom<unknown>(null, undefined, true, 0, -0, 1, -1, 1.5, 2 ** 53, Number.NaN, Infinity, [], {}),
  anyText({ maxLength: 5 }),
)

const names = [...Object.keys(eventToAppend.shape), 'colour', '__proto__', 'constructor']

const someEvent = fc
  .array(fc.tuple(fc.constantFrom(...names), someValue), { maxLength: 4 })
  .map((fields) => Object.fromEntries([['type', 'A'], ['data', 1], ...fields]) as Record<string, unknown>)

it('an event is plain only if the schema accepts it unchanged', () => {
  let plain = 0
  fc.assert(
    fc.property(someEvent, (event) => {
      if (!isPlainEvent(event)) return
      plain += 1
      expect(eventToAppend.safeParse(event)).toEqual({ success: true, data: event })
    }),
    cases(2_500),
  )
  expect(plain).toBeGreaterThan(500)
})

it.each([
  ['a type and data', { type: 'A', data: null }],
  [
    'all that a service sends',
    {
      type: 'CommentCreated',
      id: 'one',
      source: '/comments',
      subject: 'comment-1',
      dataversion: 1,
      expectedversion: 'none',
      correlationid: 'r',
      causationid: 'e',
      data: {},
    },
  ],
])('a plain event is recognised: %s', (_, event) => {
  expect(isPlainEvent(event)).toBe(true)
})

it.each([
  ['without data', { type: 'A' }],
  ['without a type', { data: 1 }],
  ['with an extension', { type: 'A', data: 1, colour: 'blue' }],
])('an event %s is validated by the schema', (_, event) => {
  expect(isPlainEvent(event)).toBe(false)
})
