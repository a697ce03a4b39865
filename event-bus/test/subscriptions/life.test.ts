import { describe, expect, it, vi } from 'vitest'
import { startConsumer, startSubscribedBus } from './running.ts'

const pull = { mode: 'pull' }

describe('a subscription', () => {
  it('a paused subscription delivers nothing, reads on, and goes on when resumed', async () => {
    const bus = await startSubscribedBus()
    await bus.put('readers', pull)
    await bus.post('readers', 'pause')
    await bus.append({})
    await vi.waitFor(async () =>
      expect(await bus.status('readers')).toMatchObject({ state: 'paused', outstanding: 1 }),
    )
    expect(await bus.claim('readers')).toEqual([])
    const waiting = bus.claim('readers', { waitMs: 10_000 })
    await bus.post('readers', 'resume')
    expect(await waiting).toHaveLength(1)
  })

  it('a reset subscription delivers again from there under a new epoch, and refuses older tokens', async () => {
    const bus = await startSubscribedBus()
    await bus.append({ subject: 'a' }, { subject: 'b' }, { subject: 'c' })
    await bus.put('readers', pull)
    const before = await vi.waitFor(async () => {
      expect((await bus.status('readers')).outstanding).toBe(3)
      return bus.claim('readers', { max: 3 })
    })
    expect((await bus.post('readers', 'reset', { position: 4 })).status).toBe(409)
    expect((await bus.post('readers', 'reset', { position: 1 })).status).toBe(200)
    const again = await bus.claim('readers', { max: 9, waitMs: 5_000 })
    expect(again.map(({ event, attempt, previous }) => [event.position, attempt, previous])).toEqual([
      [2, 1, 0],
      [3, 1, 2],
    ])
    expect(again[0]?.epoch).toBeGreaterThan(before[0]?.epoch ?? 0)
    expect((await bus.post('readers', 'ack', { token: before[1]?.token })).status).toBe(409)
    await bus.post('readers', 'ack', { tokens: again.map(({ token }) => token) })
    expect(await bus.proof('readers')).toMatchObject({ ok: true, after: 1, expected: 2, acknowledged: 2 })
  })

  it('a reset keeps deliveries parked before its position, and drops those after it to deliver them again', async () => {
    const bus = await startSubscribedBus()
    await bus.append({ subject: 'a' }, { subject: 'b' })
    await bus.put('readers', pull)
    const [held] = await bus.claim('readers', { waitMs: 5_000 })
    await bus.post('readers', 'nack', { token: held?.token, action: 'park' })
    await bus.post('readers', 'reset', { position: 1 })
    expect(await bus.parked('readers')).toMatchObject([{ position: 1, kind: 'failed' }])
    await bus.post('readers', 'reset', { position: 0 })
    expect(await bus.parked('readers')).toEqual([])
    const [again] = await bus.claim('readers', { waitMs: 5_000 })
    expect(again?.event.position).toBe(1)
  })

  it('a deleted subscription is gone with all its data, and its name is free', async () => {
    const bus = await startSubscribedBus()
    await bus.append({ subject: 'a' }, { subject: 'b' })
    await bus.put('readers', pull)
    const [held] = await bus.claim('readers', { waitMs: 5_000 })
    const waiting = bus.post('readers', 'claim', { waitMs: 10_000, max: 1 })
    await waiting
    const longWait = bus.post('readers', 'claim', { waitMs: 10_000, max: 1 })
    expect(
      (await bus.ask('DELETE', '/subscriptions/readers', { headers: { 'If-Match': '"9"' } })).status,
    ).toBe(412)
    expect((await bus.ask('DELETE', '/subscriptions/readers')).status).toBe(204)
    expect(await longWait).toMatchObject({ status: 410, body: { code: 'gone' } })
    await vi.waitFor(() => {
      for (const table of ['runs', 'deliveries', 'settled', 'consumers', 'gone'])
        expect(bus.db().prepare(`SELECT count(*) AS count FROM ${table}`).get()).toEqual({ count: 0 })
    })
    await bus.put('readers', pull)
    expect((await bus.post('readers', 'ack', { token: held?.token })).status).toBe(409)
    const [fresh] = await bus.claim('readers', { waitMs: 5_000 })
    expect(fresh?.token).toBeGreaterThan(held?.token ?? 0)
  })

  it('a subscription with a changed filter keeps its deliveries, and proves what it reads from then on', async () => {
    const bus = await startSubscribedBus()
    await bus.append({ type: 'A', subject: 'a' })
    await bus.put('readers', { ...pull, types: ['A'] })
    await vi.waitFor(async () => expect((await bus.status('readers')).outstanding).toBe(1))
    await bus.put('readers', { ...pull, types: ['B'] }, { 'If-Match': '"1"' })
    await bus.append({ type: 'A', subject: 'b' }, { type: 'B', subject: 'c' })
    await vi.waitFor(async () => expect((await bus.status('readers')).outstanding).toBe(2))
    const claimed = await bus.claim('readers', { max: 9 })
    expect(claimed.map(({ event }) => event.position)).toEqual([1, 3])
    expect(await bus.proof('readers')).toMatchObject({ ok: true, after: 1, upTo: 3, expected: 1 })
  })

  it('a pushed subscription has nothing to claim, and can be changed to pull', async () => {
    const bus = await startSubscribedBus()
    const { url } = await startConsumer(() => {})
    await bus.append({})
    await bus.put('both', { mode: 'push', url, timeoutMs: 60_000, backoff: { initialMs: 1, maxMs: 1 } })
    await vi.waitFor(async () => expect((await bus.status('both')).leased).toBe(1))
    expect((await bus.post('both', 'claim')).status).toBe(409)
    await bus.put('both', pull, { 'If-Match': '"1"' })
    const [claimed] = await bus.claim('both', { waitMs: 5_000 })
    expect(claimed).toMatchObject({ event: { position: 1 }, attempt: 2 })
  })

  it('a subscription reads no more of the log than its window holds', async () => {
    const bus = await startSubscribedBus()
    for (let round = 0; round < 3; round++)
      await bus.append(...Array.from({ length: 1_000 }, (_, index) => ({ subject: `s-${index}` })))
    await bus.put('readers', pull)
    await vi.waitFor(async () => expect((await bus.status('readers')).outstanding).toBe(1_000))
    const seen: number[] = []
    while (seen.length < 3_000) {
      const claimed = await bus.claim('readers', { max: 1_000, waitMs: 5_000 })
      expect((await bus.status('readers')).outstanding).toBeLessThanOrEqual(1_000)
      seen.push(...claimed.map(({ event }) => event.position))
      await bus.post('readers', 'ack', { tokens: claimed.map(({ token }) => token) })
    }
    expect(seen.sort((one, other) => one - other)).toEqual(
      Array.from({ length: 3_000 }, (_, index) => index + 1),
    )
    expect(await bus.proof('readers')).toMatchObject({ ok: true, acknowledged: 3_000 })
  })
})

it('the status has lag, age, attempts, parked and rate', async () => {
  const bus = await startSubscribedBus()
  await bus.append({ subject: 'a' }, { subject: 'b' }, { subject: 'c' })
  await bus.put('readers', pull)
  const [one, two] = await vi.waitFor(async () => {
    expect((await bus.status('readers')).outstanding).toBe(3)
    return bus.claim('readers', { max: 2 })
  })
  await bus.post('readers', 'ack', { token: one?.token })
  await bus.post('readers', 'nack', { token: two?.token, action: 'park', reason: 'odd' })
  const [status] = (await bus.ask<object[]>('GET', '/subscriptions')).body
  expect(status).toMatchObject({
    place: 2,
    lag: 1,
    outstanding: 1,
    leased: 0,
    attempts: 2,
    acknowledged: 1,
    parked: 1,
  })
  expect(status).toMatchObject({
    oldestUnacknowledgedMs: expect.any(Number),
    ratePerSecond: 1 / 60,
    fault: null,
  })
})

it('a full disk refuses a claim, leases nothing, and loses nothing', async () => {
  const bus = await startSubscribedBus()
  await bus.put('readers', pull)
  await bus.append(...Array.from({ length: 400 }, (_, index) => ({ subject: `s-${index}` })))
  await vi.waitFor(async () => expect((await bus.status('readers')).outstanding).toBe(400))
  const pages = bus.db().pragma('page_count', { simple: true })
  bus.db().pragma(`max_page_count = ${pages}`)
  const refused = await bus.post('readers', 'claim', { max: 400 })
  expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } })
  // What was in memory alone is read from the log again, though nothing new has come.
  await vi.waitFor(async () => expect((await bus.status('readers')).outstanding).toBe(400))
  await bus.append({ subject: 'later' })
  bus.db().pragma('max_page_count = 1000000')
  await vi.waitFor(async () => expect((await bus.status('readers')).outstanding).toBe(401))
  const claimed = await bus.claim('readers', { max: 500 })
  expect(claimed.map(({ event, attempt }) => [event.position, attempt])).toEqual(
    Array.from({ length: 401 }, (_, index) => [index + 1, 1]),
  )
})
