import { Problem } from '@logbook/chassis/problem.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { limits } from '@logbook/event-bus/limits.ts'
import { beforeEach, describe, expect, it } from 'vitest'
import { fill, post, type RunningBus, startBus } from './running-bus.ts'

let bus: RunningBus
beforeEach(async () => {
  bus = await startBus()
})

const send = async (body: unknown, headers: Record<string, string> = {}) => {
  const answer = await post(bus, JSON.stringify(body), headers)
  return { status: answer.status, position: answer.headers.get('Position'), body: await answer.json() }
}

const recorded = async () => (await fetch(`${bus.url}/events?limit=1000`)).json()

describe('defaults of an event', () => {
  it('an appended event is completed with id, source, subject, time and versions', async () => {
    const { status, position, body } = await send({ type: 'Hello', data: { a: 1 } })
    expect([status, position]).toEqual([201, '1'])
    expect(body).toEqual([
      { id: expect.any(String), position: 1, subject: 'Hello', version: 1, time: expect.any(String) },
    ])
    const [event] = await recorded()
    expect(event).toEqual({
      specversion: '1.0',
      id: body[0].id,
      source: '/',
      type: 'Hello',
      subject: 'Hello',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      datacontenttype: 'application/json',
      dataversion: 1,
      position: 1,
      version: 1,
      data: { a: 1 },
    })
    expect(event.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
  })

  it('an event without data has the data null', async () => {
    expect((await send({ type: 'Hello' })).status).toBe(201)
    expect((await recorded())[0].data).toBeNull()
  })
})

describe('attributes', () => {
  it('attributes are kept as sent, extensions included, and null ones count as absent', async () => {
    const sent = {
      specversion: '1.0',
      id: 'my-id',
      source: 'urn:me',
      type: 'org.example.Thing.v2',
      subject: 'thing-1',
      time: '2020-01-01T00:00:00+01:00',
      datacontenttype: 'application/vnd.example+json',
      dataversion: 3,
      correlationid: 'c',
      causationid: 'd',
      traceparent: 'e',
      commanddigest: 'f',
      tenant: 'x',
      priority: 5,
      urgent: true,
      data: ['anything'],
    }
    await send({ ...sent, partitionkey: null, expectedversion: 0 }, { type: 'application/cloudevents+json' })
    expect(await recorded()).toEqual([{ ...sent, position: 1, version: 1 }])
  })

  it.each([
    ['type', { type: '1st' }],
    ['type', { type: 5 }],
    ['type', { type: undefined }],
    ['type', { type: '__proto__' }],
    ['subject', { subject: 'with space' }],
    ['subject', { subject: 'ünï' }],
    ['subject', { subject: '' }],
    ['subject', { subject: 'x'.repeat(201) }],
    ['id', { id: null }],
    ['id', { id: {} }],
    ['source', { source: 7 }],
    ['time', { time: 'yesterday' }],
    ['dataversion', { dataversion: 0 }],
    ['specversion', { specversion: '0.3' }],
    ['datacontenttype', { datacontenttype: 'text/plain' }],
    ['expectedversion', { expectedversion: 'latest' }],
    ['expectedversion', { expectedversion: -1 }],
    ['expectedversion', { expectedversion: null }],
    ['position', { position: 1 }],
    ['version', { version: 1 }],
    ['data_base64', { data_base64: 'AAAA' }],
    ['Tenant', { Tenant: 'x' }],
    ['tenant', { tenant: { a: 1 } }],
    ['tenant', { tenant: 'x'.repeat(1_001) }],
    ['x'.repeat(41), { ['x'.repeat(41)]: 1 }],
    ['', Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`a${index}`, 1]))],
  ])('a wrong attribute is refused by name: %s', async (path, wrong) => {
    const { status, body } = await send({ type: 'A', data: null, ...wrong })
    expect([status, body.code, body.errors[0].path]).toEqual([422, 'invalid', path])
    expect(await recorded()).toEqual([])
  })

  it('an own property __proto__ is refused by name', async () => {
    const answer = await post(bus, '{"type": "A", "data": 1, "__proto__": {"type": "B"}}')
    expect([answer.status, (await answer.json()).errors[0].path]).toEqual([422, '__proto__'])
  })

  it('__proto__ and constructor are subjects, ids and data like any other', async () => {
    const text =
      '{"type":"A","subject":"__proto__","id":"constructor","data":{"__proto__":{"a":1}},"expectedversion":"none"}'
    expect((await post(bus, text)).status).toBe(201)
    expect((await post(bus, text)).status).toBe(200)
    expect(await (await fetch(`${bus.url}/streams/__proto__`)).text()).toContain(
      '"data":{"__proto__":{"a":1}}',
    )
  })
})

describe('an array', () => {
  it('an array is one append and is recorded as a whole', async () => {
    const { status, position, body } = await send(
      [
        { type: 'A', subject: 'a', data: 1 },
        { type: 'B', subject: 'b', data: 2 },
      ],
      { type: 'application/cloudevents-batch+json' },
    )
    expect([status, position, body.map((place: { position: number }) => place.position)]).toEqual([
      201,
      '2',
      [1, 2],
    ])
  })

  it('an array with a wrong event is refused with the path of every wrong field', async () => {
    const { status, body } = await send([
      { type: 'A', data: 1 },
      5,
      { type: 'B', data: 2, subject: '', Foo: 1 },
    ])
    expect(status).toBe(422)
    expect(body.errors.map(({ path }: { path: string }) => path)).toEqual([
      'events.1',
      'events.2.subject',
      'events.2.subject',
      'events.2.Foo',
    ])
    expect(await recorded()).toEqual([])
  })

  it.each([
    ['empty', [], 'events'],
    ['of arrays', [[]], 'events.0'],
    [
      'of too many',
      Array.from({ length: limits.eventsPerAppendMax + 1 }, () => ({ type: 'A', data: 1 })),
      'events',
    ],
  ])('an array is refused: %s', async (_, events, path) => {
    const { status, body } = await send(events)
    expect([status, body.errors[0].path]).toEqual([422, path])
  })

  it('an array of the largest allowed size is recorded', async () => {
    const events = Array.from({ length: limits.eventsPerAppendMax }, () => ({ type: 'A', data: 1 }))
    expect((await send(events)).status).toBe(201)
  })
})

describe('conditions and repeats', () => {
  it('a version conflict names the present version of the stream', async () => {
    await send({ type: 'A', data: 1 })
    const { status, body } = await send({ type: 'A', data: 1, expectedversion: 'none' })
    expect(status).toBe(409)
    expect(body).toMatchObject({ code: 'version-conflict', subject: 'A', expected: 'none', actual: 1 })
  })

  it('a repeated append is answered 200 with its first positions, even after a conflicting one', async () => {
    const event = { type: 'A', id: 'one', expectedversion: 'none', data: { a: 1, b: 2 } }
    const first = await send(event)
    await fill(bus, 3)
    const again = await send({ ...event, data: { b: 2, a: 1 } })
    expect(again).toEqual({ ...first, status: 200 })
  })

  it.each([
    ['extension', { colour: 'red' }],
    ['value of an extension', { tenant: 'other' }],
    ['media type', { datacontenttype: 'application/other+json' }],
    ['schema', { dataschema: 'https://schema.example/' }],
    ['dataversion', { dataversion: 2 }],
    ['digest of its command', { commanddigest: 'other' }],
    ['source', { source: '/other' }],
  ])('the same id with another %s is a conflict', async (_, other) => {
    const event = { type: 'A', id: 'one', tenant: 'first', data: 1 }
    await send(event)
    const { status, body } = await send({ ...event, ...other })
    expect([status, body.code, body.position]).toEqual([409, 'id-conflict', 1])
  })

  it('the same id with an extension missing is a conflict, and with another time and causality a repetition', async () => {
    await send({ type: 'A', id: 'one', tenant: 'first', data: 1 })
    expect((await send({ type: 'A', id: 'one', data: 1 })).status).toBe(409)
    const retried = { time: '2020-01-01T00:00:00Z', correlationid: 'c', traceparent: 't', tracestate: 's' }
    expect((await send({ type: 'A', id: 'one', tenant: 'first', ...retried, data: 1 })).status).toBe(200)
  })

  it('the same id with another body is a conflict', async () => {
    await send({ type: 'A', id: 'one', data: 1 })
    const { status, body } = await send({ type: 'A', id: 'one', data: 2 })
    expect([status, body.code, body.position]).toEqual([409, 'id-conflict', 1])
  })
})

describe('NDJSON', () => {
  it('NDJSON is many appends, each line answered by itself, and a refused line fails no other', async () => {
    const lines = [
      '{"type":"A","subject":"a","data":1,"expectedversion":"none"}',
      '{"type":"A","subject":"a","data":1,"expectedversion":"none"}',
      'nonsense',
      '',
      '[{"type":"A","subject":"b","data":1},{"type":"A","subject":"a","data":1}]',
      '{"type":"A","subject":"bad subject","data":1}',
      '{"id":"x","type":"X","data":1}',
      '{"id":"x","type":"X","data":1}',
    ]
    const answer = await post(bus, `${lines.join('\r\n')}\n`, { type: 'application/x-ndjson' })
    expect([answer.status, answer.headers.get('Content-Type'), answer.headers.get('Position')]).toEqual([
      200,
      'application/x-ndjson',
      '4',
    ])
    const answers = (await answer.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(answers.map(({ status, code, events }) => [status, code ?? events.length])).toEqual([
      [201, 1],
      [409, 'version-conflict'],
      [400, 'bad-json'],
      [201, 2],
      [422, 'invalid'],
      [201, 1],
      [200, 1],
    ])
  })

  it('a line of bytes that are not UTF-8 is refused alone', async () => {
    const body = Buffer.concat([
      Buffer.from('{"type":"A","data":1}\n"'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('"\n'),
    ])
    const answer = await post(bus, body, { type: 'application/x-ndjson' })
    const codes = (await answer.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).status)
    expect(codes).toEqual([201, 400])
  })

  it('an empty NDJSON body gets an empty answer', async () => {
    const answer = await post(bus, '\n\n', { type: 'application/x-ndjson' })
    expect([answer.status, await answer.text()]).toEqual([200, ''])
  })
})

it('the bus accepts a thousand concurrent requests', async () => {
  // One whose headers a busy machine did not read in time was answered 408: it was not carried out, and is sent again.
  const placed = async (): Promise<number> => {
    const answer = await post(bus, '{"type":"A","data":1}')
    return answer.status === 408 ? placed() : (await answer.json())[0].position
  }
  const places = await Promise.all(Array.from({ length: 1_000 }, placed))
  expect(places.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1))
})

it('the bus answers 503 with Retry-After when the log can not be written, and stays up', async () => {
  const log = memoryLog()
  let full = true
  const append: typeof log.append = async (requests) => {
    if (full) throw new Problem('unavailable', { retryAfter: 1 })
    return log.append(requests)
  }
  bus = await startBus({ store: { ...log, append } })
  const refused = await post(bus, '{"type":"A","data":1}')
  expect([refused.status, refused.headers.get('Retry-After')]).toEqual([503, '1'])
  expect((await post(bus, '{"type":"A","data":1}\n', { type: 'application/x-ndjson' })).status).toBe(503)
  full = false
  expect((await send({ type: 'A', data: 1 })).body[0].position).toBe(1)
})
