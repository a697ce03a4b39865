import { describe, expect, it } from 'vitest'
import { eventTypes } from '../src/events/catalog.ts'
import { decodeEvent } from '../src/events/decode.ts'
import { allExamples } from '../src/examples/all.ts'

describe('the examples of events', () => {
  it('hold at least one of every type', () => {
    expect(new Set(allExamples().map(({ type }) => type))).toEqual(new Set(eventTypes))
  })

  it.each(allExamples())('of type $type are read back as they stand', (event) => {
    expect(decodeEvent(event)).toEqual({ kind: 'event', event })
  })
})
