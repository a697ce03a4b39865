import { listen } from '@logbook/chassis/http/server.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { createEventBus } from '@logbook/event-bus/app.ts'
import { limits } from '@logbook/event-bus/limits.ts'
import { pieceBytesOf } from '@logbook/event-bus/read/followers.ts'
import { expect, it, onTestFinished, vi } from 'vitest'
import { inMemory, post, startBus } from './running-bus.ts'
import { startSubscribedBus } from './subscriptions/running.ts'

const codeOf = async (answer: Response) => [answer.status, (await answer.json()).code]

it('an append of too many events is refused by name', async () => {
  const bus = await startBus()
  const events = (count: number) => JSON.stringify(Array(count).fill({ type: 'A' }))
  expect((await post(bus, events(limits.eventsPerAppendMax))).status).toBe(201)
  expect(await codeOf(await post(bus, events(limits.eventsPerAppendMax + 1)))).toEqual([422, 'invalid'])
  expect(bus.store.head()).toBe(limits.eventsPerAppendMax)
})

it('a request of too many lines is too large, and none of them is appended', async () => {
  const bus = await startBus()
  const lines = (count: number) => '{"type":"A"}\n'.repeat(count)
  const send = (count: number) => post(bus, lines(count), { type: 'application/x-ndjson' })
  expect(await codeOf(await send(limits.appendsPerRequestMax + 1))).toEqual([413, 'too-large'])
  expect(bus.store.head()).toBe(0)
  expect((await send(limits.appendsPerRequestMax)).status).toBe(200)
})

it.each([
  [
    'too many extensions',
    Object.fromEntries(Array.from({ length: limits.extensionsMax + 1 }, (_, i) => [`x${i}`, 1])),
  ],
  ['an extension with too long a name', { ['x'.repeat(limits.extensionNameCharsMax + 1)]: 1 }],
  ['too long an extension', { x: 'x'.repeat(limits.extensionCharsMax + 1) }],
])('an event with %s is refused', async (_, extensions) => {
  const bus = await startBus()
  expect(await codeOf(await post(bus, JSON.stringify({ type: 'A', ...extensions })))).toEqual([
    422,
    'invalid',
  ])
})

it('a reader of too many types is refused', async () => {
  const { url } = await startBus()
  const types = Array.from({ length: limits.typesMax + 1 }, (_, index) => `T${index}`).join(',')
  expect(await codeOf(await fetch(`${url}/events?types=${types}`))).toEqual([422, 'invalid'])
})

it('a follower too many is told to come back, and is accepted when another leaves', async () => {
  const bus = createEventBus({ ...inMemory(), store: memoryLog(), logger: silentLogger, followersMax: 2 })
  const { url, close } = await listen(bus.app, { host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    bus.drain?.()
    await close()
    await bus.close()
  })
  const follow = async () => {
    const leave = new AbortController()
    const answer = await fetch(`${url}/events`, {
      headers: { accept: 'text/event-stream' },
      signal: leave.signal,
    })
    return { answer, leave: () => leave.abort() }
  }
  const first = await follow()
  expect([first.answer.status, (await follow()).answer.status]).toEqual([200, 200])
  const { answer: refused } = await follow()
  expect(refused.headers.get('Retry-After')).toBe('5')
  expect(await codeOf(refused)).toEqual([503, 'unavailable'])
  first.leave()
  await vi.waitFor(async () => expect((await follow()).answer.status).toBe(200))
})

it('a subscription too many is a conflict, until one is deleted', async () => {
  const bus = await startSubscribedBus()
  for (let made = 0; made < limits.subscriptionsMax; made += 1)
    expect((await bus.put(`s${made}`, { mode: 'pull' })).status).toBe(201)
  expect(await bus.put('another', { mode: 'pull' })).toMatchObject({
    status: 409,
    body: { code: 'conflict' },
  })
  await bus.ask('DELETE', '/subscriptions/s0')
  expect((await bus.put('another', { mode: 'pull' })).status).toBe(201)
})

it('a body about a subscription that is too large is refused', async () => {
  const bus = await startSubscribedBus()
  const body = { mode: 'pull', types: ['x'.repeat(limits.subscriptionBytesMax)] }
  expect(await bus.put('s', body)).toMatchObject({ status: 413, body: { code: 'too-large' } })
})

it('a page has pageSizeDefault events by default', async () => {
  const bus = await startBus()
  await post(bus, JSON.stringify(Array(limits.pageSizeDefault + 1).fill({ type: 'A' })))
  const answer = await fetch(`${bus.url}/events`)
  expect(await answer.json()).toHaveLength(limits.pageSizeDefault)
  expect(answer.headers.get('Link')).toContain(`after=${limits.pageSizeDefault}`)
})

it.each<[number, number]>([
  [1, limits.chunkBytesMax],
  [100, Math.floor(limits.catchUpBytesMax / 100)],
  [limits.followersMax, limits.chunkBytesMin],
])('each of %i readers that catch up gets its share of catchUpBytesMax', (behind, bytes) => {
  expect(pieceBytesOf(behind)).toBe(bytes)
})

it('readers that catch up together get smaller chunks', async () => {
  const bus = await startBus()
  const large = JSON.stringify(Array.from({ length: 15 }, () => ({ type: 'A', data: 'x'.repeat(900_000) })))
  for (let part = 0; part < 2; part += 1) await post(bus, large)
  const read = vi.spyOn(bus.store, 'read')
  const leave = new AbortController()
  onTestFinished(() => leave.abort())
  // None of them takes what it is sent. They are kept: an answer that is collected as garbage ends its stream.
  const readers: Response[] = []
  while (readers.length < 20)
    readers.push(
      await fetch(`${bus.url}/events`, { headers: { accept: 'text/event-stream' }, signal: leave.signal }),
    )
  expect(Math.min(...read.mock.calls.map(([{ bytesMax = Infinity }]) => bytesMax))).toBe(pieceBytesOf(20))
})

it('a streamed answer is read in chunks of chunkEventsMax and chunkBytesMax', async () => {
  const bus = await startBus()
  const read = vi.spyOn(bus.store, 'read')
  await post(bus, JSON.stringify(Array(limits.chunkEventsMax + 1).fill({ type: 'A' })))
  const leave = new AbortController()
  onTestFinished(() => leave.abort())
  await (await fetch(`${bus.url}/events`, { headers: { accept: 'application/x-ndjson' } })).text()
  await fetch(`${bus.url}/events`, { headers: { accept: 'text/event-stream' }, signal: leave.signal })
  await vi.waitFor(() => expect(read.mock.calls.length).toBeGreaterThanOrEqual(4))
  const { chunkEventsMax: limit, chunkBytesMax: bytesMax } = limits
  for (const [request] of read.mock.calls) expect(request).toMatchObject({ limit, bytesMax })
})
