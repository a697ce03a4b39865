import { describe, expect, it, vi } from 'vitest'
import { positions, startConsumer, startTimedBus } from './running.ts'

const hour = 3_600_000
const minute = 60_000
const leases = { mode: 'pull', from: 'start', leaseMs: minute, backoff: { initialMs: 1_000, maxMs: 1_000 } }

type Bus = Awaited<ReturnType<typeof startTimedBus>>
const ways: [ms: number, when: string, after: (bus: Bus) => unknown][] = [-hour, hour].flatMap((ms) => [
  [ms, 'while the bus runs', () => {}],
  [ms, 'and the bus is started again', (bus) => bus.restart()],
])

describe('when the wall clock is set by', () => {
  it.each(ways)('%i ms %s, a lease lasts as long as it was given for', async (ms, _when, after) => {
    const bus = await startTimedBus()
    await bus.put('readers', leases)
    await bus.append({ subject: 'a' }, { subject: 'b' })
    const [first, second] = await bus.soon('readers', { max: 2 })
    bus.jump(ms)
    await after(bus)
    bus.pass(minute - 1)
    expect((await bus.post('readers', 'ack', { token: first?.token })).status).toBe(200)
    expect(await bus.claim('readers')).toEqual([])
    bus.pass(1)
    expect((await bus.post('readers', 'ack', { token: second?.token })).status).toBe(409)
    await bus.claim('readers')
    bus.pass(1_000)
    expect(positions(await bus.soon('readers'))).toEqual([2])
  })

  it.each(ways)('%i ms %s, a backoff lasts no longer than it would have', async (ms, _when, after) => {
    const bus = await startTimedBus()
    await bus.put('readers', leases)
    await bus.append({})
    const [first] = await bus.soon('readers')
    await bus.post('readers', 'nack', { token: first?.token, delayMs: minute })
    bus.jump(ms)
    await after(bus)
    if (ms < 0) expect(await bus.claim('readers')).toEqual([])
    bus.pass(minute)
    expect(positions(await bus.soon('readers'))).toEqual([1])
  })

  it('a backoff does not end early when the clock is set an hour forward', async () => {
    const bus = await startTimedBus()
    await bus.put('readers', leases)
    await bus.append({})
    const [first] = await bus.soon('readers')
    await bus.post('readers', 'nack', { token: first?.token, delayMs: minute })
    bus.jump(hour)
    bus.pass(minute - 1)
    expect(await bus.claim('readers')).toEqual([])
    bus.pass(1)
    expect(positions(await bus.claim('readers'))).toEqual([1])
  })

  const busy: [ms: number, form: string, headers: Record<string, string>][] = [-hour, hour].flatMap((ms) => [
    [ms, 'in seconds', { 'Retry-After': '1' }],
    // By the clock of the consumer, whatever that one says.
    [
      ms,
      'as a date',
      { 'Retry-After': 'Thu, 01 Jan 2026 00:00:01 GMT', Date: 'Thu, 01 Jan 2026 00:00:00 GMT' },
    ],
  ])
  it.each(busy)('%i ms, a Retry-After %s is obeyed for as long as it says', async (ms, _form, headers) => {
    const bus = await startTimedBus()
    bus.jump(ms)
    let requests = 0
    const { url } = await startConsumer((_req, res) => {
      if (++requests === 1) res.status(503).set(headers).end()
      else res.sendStatus(204)
    })
    await bus.append({})
    await bus.put('push', { mode: 'push', url, attempts: 3, backoff: { initialMs: 1, maxMs: 1 } })
    await vi.waitFor(async () => expect((await bus.status('push')).retrying).toHaveLength(1))
    bus.jump(ms)
    await bus.append({ subject: 'other' })
    expect(requests).toBe(1)
    bus.pass(1_000)
    await vi.waitFor(async () => expect((await bus.status('push')).acknowledged).toBe(2))
  })

  it.each([-hour, hour])(
    '%i ms and the bus is started again, a Retry-After lasts no longer than it said',
    async (ms) => {
      const bus = await startTimedBus()
      let requests = 0
      const { url } = await startConsumer((_req, res) => {
        if (++requests === 1) res.status(503).set('Retry-After', '1').end()
        else res.sendStatus(204)
      })
      await bus.append({})
      await bus.put('push', { mode: 'push', url, attempts: 3, backoff: { initialMs: 1, maxMs: 1 } })
      await vi.waitFor(async () => expect((await bus.status('push')).retrying).toHaveLength(1))
      bus.jump(ms)
      await bus.restart()
      bus.pass(1_000)
      await vi.waitFor(async () => expect((await bus.status('push')).acknowledged).toBe(1))
    },
  )

  it('the end of a lease is shown by the present wall clock after it was set an hour back', async () => {
    const bus = await startTimedBus()
    await bus.put('readers', leases)
    await bus.append({})
    bus.jump(-hour)
    const [first] = await bus.soon('readers')
    expect(first?.leaseUntil).toBe('2025-12-31T23:01:00.000Z')
    const answer = await bus.post<{ leaseUntil: string }>('readers', 'extend', {
      token: first?.token,
      leaseMs: 2 * minute,
    })
    expect(answer.body.leaseUntil).toBe('2025-12-31T23:02:00.000Z')
  })
})
