import { connect } from 'node:net'
import { limits } from '@logbook/event-bus/limits.ts'
import { describe, expect, it } from 'vitest'
import { post, startBus } from './running-bus.ts'

const withData = (data: string) => `{"type":"A","data":${data}}`
const tooDeep = limits.dataDepthMax + 1

const bodies: [name: string, body: BodyInit, status: number, code: string][] = [
  ['nothing', '', 400, 'bad-json'],
  ['bad JSON', '{"type":', 400, 'bad-json'],
  ['two values', '{} {}', 400, 'bad-json'],
  ['a NaN', withData('NaN'), 400, 'bad-json'],
  ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400, 'bad-encoding'],
  ['a half of a character', Buffer.from(withData('"é"')).subarray(0, -3), 400, 'bad-encoding'],
  ['null', 'null', 422, 'invalid'],
  ['a number', '5', 422, 'invalid'],
  ['a text', '"event"', 422, 'invalid'],
  ['an empty object', '{}', 422, 'invalid'],
  ['a number that is no double', withData('1e999'), 422, 'invalid'],
  ['nested too deep', withData('['.repeat(tooDeep) + ']'.repeat(tooDeep)), 422, 'invalid'],
  [
    'nested by objects too deep',
    withData(`${'{"a":'.repeat(tooDeep)}1${'}'.repeat(tooDeep)}`),
    422,
    'invalid',
  ],
  ['nested a hundred thousand deep', withData('['.repeat(1e5) + ']'.repeat(1e5)), 422, 'invalid'],
  ['an event too large', withData(`"${'x'.repeat(limits.eventBytesMax)}"`), 413, 'too-large'],
  ['a body too large', withData(`"${'x'.repeat(limits.requestBytesMax)}"`), 413, 'too-large'],
]

describe('a body', () => {
  it.each(bodies)('a body is refused: %s', async (_, body, status, code) => {
    const bus = await startBus()
    const answer = await post(bus, body)
    expect([answer.status, (await answer.json()).code]).toEqual([status, code])
    expect(answer.headers.get('Content-Type')).toContain('application/problem+json')
    expect(bus.store.head()).toBe(0)
  })

  it.each([
    ['text/plain', 415],
    ['application/xml', 415],
    ['', 415],
    ['application/json; charset=latin1', 415],
    ['application/json; charset=utf-8', 201],
    ['Application/JSON', 201],
  ])('a body of the type %s is answered %i', async (type, status) => {
    const bus = await startBus()
    expect((await post(bus, new TextEncoder().encode('{"type":"A","data":1}'), { type })).status).toBe(status)
  })

  it('a body of the greatest depth and size is accepted and can be read', async () => {
    const bus = await startBus()
    const deep = '['.repeat(limits.dataDepthMax) + ']'.repeat(limits.dataDepthMax)
    expect((await post(bus, withData(deep))).status).toBe(201)
    expect((await post(bus, withData(`"${'x'.repeat(limits.eventBytesMax - 500)}"`))).status).toBe(201)
    const events = await (await fetch(`${bus.url}/events`)).json()
    expect(JSON.stringify(events[0].data)).toBe(deep)
  })

  it('data with lone surrogates comes back unchanged', async () => {
    const bus = await startBus()
    expect((await post(bus, withData('"\\ud800x"'))).status).toBe(201)
    expect((await (await fetch(`${bus.url}/events`)).json())[0].data).toBe('\ud800x')
  })

  it('a truncated body leaves the bus unchanged', async () => {
    const bus = await startBus()
    const { hostname, port } = new URL(bus.url)
    const socket = connect(Number(port), hostname)
    socket.write(
      'POST /events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"ty',
    )
    socket.end()
    await new Promise((resolve) => socket.on('close', resolve).resume())
    expect((await post(bus, withData('1'))).status).toBe(201)
    expect(bus.store.head()).toBe(1)
  })
})

describe('a query', () => {
  it.each([
    ['after=-1', 'after'],
    ['after=1.5', 'after'],
    ['after=', 'after'],
    ['after=1&after=2', 'after'],
    ['after=99999999999999999999', 'after'],
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=all', 'limit'],
    ['types=', 'types.0'],
    ['types=A,,B', 'types.1'],
    ["types=A');DROP", 'types.0'],
    ['subject=a%20b', 'subject'],
    ['order=desc', 'order'],
    ['__proto__=1', '__proto__'],
  ])('the query %s is refused by name', async (query, path) => {
    const { url } = await startBus()
    const answer = await fetch(`${url}/events?${query}`)
    const { errors } = await answer.json()
    expect([answer.status, errors[0].path]).toEqual([422, path])
  })

  it('a read from beyond the end is a conflict that names the end of the log', async () => {
    const bus = await startBus()
    await post(bus, withData('1'))
    for (const accept of ['application/json', 'application/x-ndjson', 'text/event-stream']) {
      const answer = await fetch(`${bus.url}/events?after=2`, { headers: { accept } })
      expect([answer.status, (await answer.json()).head]).toEqual([409, 1])
    }
  })
})

it.each([
  ['GET', '/events', { accept: 'text/html' }, 406],
  ['GET', '/events', { accept: 'text/event-stream', 'last-event-id': 'abc' }, 422],
  ['GET', '/streams/none', {}, 404],
  ['GET', '/streams/a%20b', {}, 404],
  ['GET', '/streams/%E0%A4%A', {}, 400],
  ['GET', '/nothing', {}, 404],
  ['DELETE', '/events', {}, 405],
  ['PUT', '/streams/a', {}, 405],
] as const)('%s %s with %j is answered %i', async (method, path, headers, status) => {
  const { url } = await startBus()
  const answer = await fetch(`${url}${path}`, { method, headers })
  expect([answer.status, (await answer.json()).status]).toEqual([status, status])
})
