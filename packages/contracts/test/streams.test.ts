import { cases } from '@logbook/chassis/testing/cases.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type EventData, type EventType, eventDefinitions, eventTypes } from '../src/events/catalog.ts'
import { decodeEvent, decodeOf } from '../src/events/decode.ts'
import { describedEvents } from '../src/events/described.ts'
import { newEvent } from '../src/events/new-event.ts'
import { allExamples } from '../src/examples/all.ts'

const patternOf = (template: string): RegExp =>
  new RegExp(`^${template.replace(/[-]/g, '\\-').replaceAll(/\{\w+\}/g, '([!-~]+)')}$`)
const templates = new Map(describedEvents().map(({ type, subject }) => [type, subject]))
const subjects = [...new Set(allExamples().map(({ subject }) => subject))]

describe('the stream of an event', () => {
  it.each(allExamples())(
    'an example of $type is on a stream that its template names',
    ({ type, subject }) => {
      expect(subject).toMatch(patternOf(templates.get(type) ?? ''))
    },
  )

  it.each(allExamples())('a new event of $type is put on its stream', ({ type, subject, data }) => {
    expect(newEvent(type as EventType, data as EventData<EventType>)).toEqual({ type, subject, data })
  })

  it('the template of a stream has a hole unless there is one stream alone', () => {
    for (const type of eventTypes) {
      const { template, prefix } = eventDefinitions[type].stream
      expect(template.startsWith(prefix)).toBe(true)
      expect(template.includes('{')).toBe(prefix !== template)
    }
  })

  it('an event of any type is unreadable on every stream but its own', () => {
    const anySubject = fc.oneof(fc.constantFrom(...subjects), fc.string({ minLength: 1, maxLength: 60 }))
    fc.assert(
      fc.property(fc.constantFrom(...allExamples()), anySubject, (event, subject) => {
        const decoded = decodeEvent({ ...event, subject })
        if (subject === event.subject) expect(decoded.kind).toBe('event')
        else expect(decoded).toEqual({ kind: 'unreadable', reason: `it belongs on ${event.subject}` })
      }),
      cases(2_000),
    )
  })
})

describe('reading some types', () => {
  const [first, ...others] = allExamples()
  const decode = decodeOf(['PostCreated'])

  it('a decoder of some types ignores all others, readable or not', () => {
    expect(first?.type).toBe('PostCreated')
    if (first) expect(decode(first)).toEqual({ kind: 'event', event: first })
    for (const event of others.filter(({ type }) => type !== 'PostCreated')) {
      expect(decode(event)).toEqual({ kind: 'foreign' })
      expect(decode({ ...event, data: null })).toEqual({ kind: 'foreign' })
    }
  })

  it('a type with the name of a member of objects is foreign', () => {
    for (const type of ['__proto__', 'constructor', 'toString'])
      expect(
        decodeEvent({ ...(first ?? allExamples()[1]), type } as Parameters<typeof decodeEvent>[0]),
      ).toEqual({
        kind: 'foreign',
      })
  })
})
