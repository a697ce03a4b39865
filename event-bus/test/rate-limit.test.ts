import { listen } from '@logbook/chassis/http/server.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { createEventBus } from '@logbook/event-bus/app.ts'
import { createRateLimit } from '@logbook/event-bus/append/rate-limit.ts'
import { describe, expect, it, onTestFinished } from 'vitest'
import { clientOf, inMemory, post } from './running-bus.ts'

const overdrawn = (retryAfter: number) => ({ code: 'too-many', details: { retryAfter } })
const refusalOf = (run: () => void): unknown => {
  try {
    run()
    return undefined
  } catch (error) {
    return error
  }
}

describe('the rate limit of a caller', () => {
  it('is one second’s worth at once, then what time gives back', () => {
    let now = 0
    const admit = createRateLimit({ eventsPerSecondMax: 100, now: () => now })
    for (let event = 0; event < 100; event += 1) admit('a', 1)
    expect(refusalOf(() => admit('a', 1))).toMatchObject(overdrawn(0))
    now = 10
    admit('a', 1)
    expect(refusalOf(() => admit('a', 1))).toMatchObject({ code: 'too-many' })
    now = 60_000
    for (let event = 0; event < 100; event += 1) admit('a', 1)
    expect(refusalOf(() => admit('a', 1))).toBeDefined()
  })

  it('lets a request in that is larger than the rate, and then waits until it is paid', () => {
    let now = 0
    const admit = createRateLimit({ eventsPerSecondMax: 100, now: () => now })
    admit('a', 350)
    expect(refusalOf(() => admit('a', 1))).toMatchObject(overdrawn(2.5))
    now = 2_500
    expect(refusalOf(() => admit('a', 1))).toBeDefined()
    now = 2_510
    admit('a', 1)
  })

  it('is each caller’s own', () => {
    const admit = createRateLimit({ eventsPerSecondMax: 10, now: () => 0 })
    admit('a', 10)
    admit('b', 10)
    expect(refusalOf(() => admit('a', 1))).toBeDefined()
    expect(refusalOf(() => admit('b', 1))).toBeDefined()
  })

  it('is kept in mind of a bounded number of callers', () => {
    const admit = createRateLimit({ eventsPerSecondMax: 1, callersMax: 2, now: () => 0 })
    admit('a', 1)
    admit('b', 1)
    admit('c', 1)
    expect(refusalOf(() => admit('c', 1))).toBeDefined()
    expect(refusalOf(() => admit('b', 1))).toBeDefined()
    expect(refusalOf(() => admit('a', 1))).toBeUndefined()
  })
})

const startSlowBus = async (eventsPerSecondMax: number) => {
  const store = memoryLog()
  const bus = createEventBus({ ...inMemory(), store, logger: silentLogger, eventsPerSecondMax })
  const listening = await listen(bus.app, { host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    await listening.close()
    await bus.close()
  })
  return { url: listening.url, store }
}

describe('appends above the rate limit', () => {
  it.each([
    ['an event', 'application/json', '{"type":"A"}'],
    ['lines', 'application/x-ndjson', '{"type":"A"}\n{"type":"A"}\n'],
    ['a CloudEvent', 'application/cloudevents+json', '{"type":"A"}'],
  ])(
    '%s above the rate limit is refused with Retry-After, and nothing is recorded',
    async (_, type, body) => {
      const bus = await startSlowBus(1)
      expect((await post(bus, JSON.stringify(Array(5).fill({ type: 'A' })))).status).toBe(201)
      const answer = await post(bus, body, { type })
      expect([answer.status, (await answer.json()).code]).toEqual([429, 'too-many'])
      expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(1)
      expect(bus.store.head()).toBe(5)
    },
  )

  it('gets everything from a client that waits as it is told', async () => {
    const bus = await startSlowBus(20)
    const client = clientOf(bus)
    const event = (index: number) => ({
      id: `e-${index}`,
      type: 'A',
      subject: 's',
      source: '/test',
      data: null,
    })
    await client.append(Array.from({ length: 25 }, (_, index) => event(index)))
    await client.append([event(25)])
    expect(bus.store.head()).toBe(26)
  })
})
