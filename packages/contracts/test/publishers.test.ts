import { describe, expect, it } from 'vitest'
import { eventTypes } from '../src/events/catalog.ts'
import { describedEvents } from '../src/events/described.ts'
import { publishers } from '../src/events/publishers.ts'
import { allExamples } from '../src/examples/all.ts'

const known = new Map(Object.entries(publishers))

describe('the publishers', () => {
  it.each(allExamples())(
    'of $type are those whose source and stream its example has',
    ({ type, source, subject }) => {
      expect(known.get(type)?.by).toContain(source.slice(1))
      expect(subject.startsWith(known.get(type)?.subject ?? 'none')).toBe(true)
    },
  )

  it.each(describedEvents())(
    'of $type append to the streams that its description names',
    ({ type, subject }) => {
      expect(subject.startsWith(known.get(type)?.subject ?? 'none')).toBe(true)
    },
  )

  it('are one service each, but for what every follower confirms', () => {
    const shared = eventTypes.filter((type) => publishers[type].by.length !== 1)
    expect(shared).toEqual(['ErasureConfirmed'])
  })
})
