import { anyCharacter } from '@logbook/chassis/testing/any-text.ts'
import { cases } from '@logbook/chassis/testing/cases.ts'
import { lossIn } from '@logbook/event-bus/append/exact-json.ts'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { post, startBus } from './running-bus.ts'

const withData = (data: string) => `{"type":"A","id":"one","data":${data}}`

describe('values that parsing would change', () => {
  it.each([
    ['data', '9007199254740993'],
    ['data', '-9007199254740993'],
    ['data.a', '{"a":12345678901234567890}'],
    ['data.a.1', '{"a":[1,0.1000000000000000055511151231257827]}'],
    ['data.0', '[ 3.14159265358979323846 ]'],
    ['data.0', '[1e-400]'],
    ['data.0', '[4e-324]'],
    ['data', '-0'],
    ['data.0', '[-0.0]'],
    ['data.0', '[-0e5]'],
    ['data.b', '{"a":"\\\\","b":123456789012345678}'],
    ['data.a', '{"a":1,"a":1}'],
    ['data.a', '{"a":1,"a" :2}'],
    ['data.a', '{"a":1,"\\u0061":2}'],
    ['data.x.a', '{"x":{"a":"\\":","a":2}}'],
    ['data.__proto__', '{"__proto__":1,"__proto__":2}'],
  ])('a value that parsing would change is refused at %s: %s', async (path, data) => {
    const bus = await startBus()
    for (const [body, prefix] of [
      [withData(data), ''],
      [`[${withData('1')},{"type":"B","data":${data}}]`, 'events.1.'],
    ]) {
      const answer = await post(bus, body ?? '')
      const problem = await answer.json()
      expect([answer.status, problem.code, problem.errors[0].path]).toEqual([
        422,
        'invalid',
        `${prefix}${path}`,
      ])
    }
    const lines = await post(bus, `${withData(data)}\n${withData('1')}\n`, { type: 'application/x-ndjson' })
    const statuses = (await lines.text()).trim().split('\n')
    expect(statuses.map((line) => JSON.parse(line).status)).toEqual([422, 201])
  })

  it.each([
    ['a name of the envelope twice', '{"type":"A","type":"B","data":1}', 'type'],
    [
      'an extension that is no integer',
      '{"type":"A","priority":5.00000000000000000001,"data":1}',
      'priority',
    ],
  ])('an envelope that parsing would change is refused: %s', async (_what, body, path) => {
    const bus = await startBus()
    const answer = await post(bus, body)
    expect([answer.status, (await answer.json()).errors[0].path]).toEqual([422, path])
  })

  it('a number of a million digits is checked quickly', () => {
    const number = `1${'0'.repeat(1e6)}1`
    expect(lossIn(`[${number}]`, [Number(number)])?.path).toBe('events.0')
  })
})

describe('values that parsing keeps', () => {
  it.each([
    ...[
      '0',
      '9007199254740991',
      '9007199254740992',
      '1e21',
      '1.5e300',
      '100000000000000000000',
      '0.1',
      '1.0',
      '2E-3',
    ],
    ...[
      '5e-324',
      '[0.30000000000000004]',
      '"12345678901234567890, 1e-400: -0"',
      '{"a":"\\"a\\":1,\\"a\\":2"}',
    ],
    ...['{ "a" : 1, "b" : { "a" : [ ] } }', '{"a\\\\":1,"a":2}', '{"":1,"a":{"":1}}', '"\\ud800"', 'null'],
  ])('data is accepted, repeated and served with the same value: %s', async (data) => {
    const bus = await startBus()
    expect((await post(bus, withData(data))).status).toBe(201)
    expect((await post(bus, withData(data))).status).toBe(200)
    const [event] = await (await fetch(`${bus.url}/events`)).json()
    expect(event.data).toEqual(JSON.parse(data))
  })

  it('text that JSON.stringify prints is accepted with any indentation', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: anyCharacter }), fc.nat(3), (data, indent) => {
        // It prints 0 for a zero below zero.
        const text = JSON.stringify({ data }, undefined, indent)
        expect(lossIn(text, JSON.parse(text))).toBeUndefined()
      }),
      cases(500),
    )
  })
})

it('a duplicate name is found at any depth', () => {
  const object = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 2 }), {
    minKeys: 1,
    maxKeys: 5,
  })
  fc.assert(
    fc.property(object, fc.nat(), fc.constantFrom('', ' ', '\n\t'), (members, which, space) => {
      const written = Object.entries(members).map(
        ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
      )
      const [name] = Object.entries(members)[which % written.length] ?? ['']
      const text = `{"data":{${[...written, `${JSON.stringify(name)}${space}:1`].join(',')}}}`
      expect(lossIn(text, JSON.parse(text))).toEqual({ path: `data.${name}`, message: 'stands twice' })
    }),
    cases(250),
  )
})
