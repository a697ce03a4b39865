import { connect } from 'node:net'
import { beforeEach, expect, it, vi } from 'vitest'
import { post, type RunningBus, startBus } from './running-bus.ts'

let bus: RunningBus

beforeEach(async () => {
  bus = await startBus()
})

const event = '{"type":"A","data":1}'
// A parameter is enough to send a request the long way.
const longWay = { type: 'application/json; charset=utf-8' }

const ofEveryAnswer = (answer: Response) =>
  [...answer.headers]
    .map(([name]) => name)
    .filter((name) => name !== 'vary' && !name.startsWith('access-control-'))

it('the short way answers as the long way does, header for header', async () => {
  const [short, long] = [await post(bus, event), await post(bus, event, longWay)]
  expect(ofEveryAnswer(short).toSorted()).toEqual(ofEveryAnswer(long).toSorted())
  expect(short.headers.get('Content-Security-Policy')).toBe(long.headers.get('Content-Security-Policy'))
  expect([short.status, await short.json()]).toEqual([
    201,
    [{ id: expect.any(String), position: 1, subject: 'A', version: 1, time: expect.any(String) }],
  ])
})

it('a refusal on the short way has the headers and the body of one on the long way', async () => {
  const [short, long] = [await post(bus, '{"type":1}'), await post(bus, '{"type":1}', longWay)]
  expect(ofEveryAnswer(short).toSorted()).toEqual(ofEveryAnswer(long).toSorted())
  expect([short.status, await short.json()]).toEqual([422, await long.json()])
})

it.each([
  ['a request id is kept', 'mine-1', 'mine-1'],
  ['one that is none is replaced', 'not an id', expect.stringMatching(/^[0-9a-f-]{36}$/)],
])('%s', async (_, given, kept) => {
  const answer = await post(bus, event, { 'X-Request-Id': given })
  expect(answer.headers.get('X-Request-Id')).toEqual(kept)
  const refused = await post(bus, 'nonsense', { 'X-Request-Id': given })
  expect(refused.headers.get('X-Request-Id')).toEqual(kept)
})

it('a page of an origin that is not allowed gets no leave to read the answer', async () => {
  const answer = await post(bus, event, { Origin: 'https://elsewhere.example' })
  expect(answer.headers.get('Access-Control-Allow-Origin')).toBe(null)
})

it('a sender who disconnects in the middle of the body appends nothing and disturbs no other', async () => {
  const { host, hostname, port } = new URL(bus.url)
  const socket = connect({ host: hostname, port: Number(port) })
  socket.write(
    `POST /events HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n${event}`,
  )
  await vi.waitFor(() => expect(socket.bytesWritten).toBeGreaterThan(event.length))
  socket.destroy()
  expect((await post(bus, event)).status).toBe(201)
  expect(bus.store.head()).toBe(1)
})
