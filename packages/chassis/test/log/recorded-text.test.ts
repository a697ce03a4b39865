import { recordedText } from '@logbook/chassis/log/recorded-text.ts'
import { completeEvent } from '@logbook/chassis/testing/complete-event.ts'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { anyText } from '../../src/testing/any-text.ts'

const place = { position: 42, version: 7 }

it('is the JSON of the event with its place and without what it expected', () => {
  const text = anyText()
  const attributes = fc.record({ id: text, subject: text, type: text, source: text, correlationid: text })
  fc.assert(
    fc.property(attributes, fc.jsonValue(), text, (sent, data, colour) => {
      const { expectedversion: _, ...kept } = completeEvent({ ...sent, data, expectedversion: 3 })
      const printed = recordedText({ ...kept, expectedversion: 3, ...{ colour } }, place)
      expect(JSON.parse(printed)).toEqual(JSON.parse(JSON.stringify({ ...kept, colour, ...place })))
    }),
  )
})

it('stands in one order: extensions, the envelope, its place, its data', () => {
  const event = completeEvent({ id: 'one', correlationid: 'c', ...{ colour: 'blue' } })
  expect(recordedText(event, place)).toBe(
    '{"correlationid":"c","colour":"blue","specversion":"1.0","id":"one","source":"/test","type":"Happened","subject":"thing-1","time":"2026-11-20T22:45:00.000Z","datacontenttype":"application/json","dataversion":1,"position":42,"version":7,"data":{"of":"no matter"}}',
  )
})

it('leaves out what is undefined, and keeps data that is not there as null', () => {
  const event = completeEvent({ ...{ correlationid: undefined }, data: undefined } as never)
  expect(JSON.parse(recordedText(event, place))).toMatchObject({ data: null })
  expect(recordedText(event, place)).not.toContain('correlationid')
})
