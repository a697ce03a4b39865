import { createHash } from 'node:crypto'
import { limits } from '@logbook/event-bus/limits.ts'
import { describe, expect, it, vi } from 'vitest'
import { positions, startTimedBus, tokens } from './running.ts'

const pull = { mode: 'pull' }
const hashOf = (events: readonly { position: number; id: string }[], before = '') =>
  events.reduce(
    (hash, { position, id }) => createHash('sha256').update(`${hash}\n${position} ${id}`).digest('hex'),
    before,
  )

describe('parking', () => {
  const parkFirst = async () => {
    const bus = await startTimedBus()
    await bus.append(...['a', 'a', 'b', 'a'].map((subject) => ({ subject })))
    await bus.put('readers', { ...pull, attempts: 2, backoff: { initialMs: 1, maxMs: 1 } })
    for (let attempt = 1; attempt <= 2; attempt++) {
      const [held] = await bus.soon('readers')
      expect(held).toMatchObject({ event: { position: 1 }, attempt })
      await bus.post('readers', 'nack', { token: held?.token, reason: 'poison' })
      bus.pass(1)
    }
    return bus
  }

  it('the last failed attempt parks the event with later ones of its subject, while other subjects go on', async () => {
    const bus = await parkFirst()
    await bus.append({ subject: 'a' }, { subject: 'b' })
    await vi.waitFor(async () => expect((await bus.status('readers')).parked).toBe(4))
    expect(await bus.parked('readers')).toMatchObject([
      {
        position: 1,
        kind: 'failed',
        attempts: 2,
        reason: 'poison',
        firstAttemptAt: '2026-01-01T00:00:00.000Z',
      },
      { position: 2, kind: 'behind', attempts: 0 },
      { position: 4, kind: 'behind' },
      { position: 5, kind: 'behind' },
    ])
    const [held] = await bus.claim('readers', { max: 9 })
    expect(held?.event.position).toBe(3)
    await bus.post('readers', 'ack', { token: held?.token })
    expect(positions(await bus.claim('readers', { max: 9 }))).toEqual([6])
  })

  it('a replay keeps the order of the subject, moves no cursor and parks nothing twice', async () => {
    const bus = await parkFirst()
    const [held] = await bus.claim('readers', { max: 9 })
    expect(held?.event.position).toBe(3)
    await bus.post('readers', 'ack', { token: held?.token })
    const { place, lag } = await bus.status('readers')
    expect({ place, lag }).toEqual({ place: 4, lag: 0 })
    const answer = await bus.post('readers', 'parked/replay', { subject: 'a', max: 2 })
    expect(answer.body).toEqual({ replayed: 2, parked: 1 })
    expect((await bus.post('readers', 'parked/replay', { subject: 'none' })).body).toEqual({
      replayed: 0,
      parked: 1,
    })
    await bus.restart()
    expect(await bus.status('readers')).toMatchObject({ place, lag, outstanding: 2, parked: 1 })
    const [first, ...others] = await bus.claim('readers', { max: 9 })
    expect([first?.event.position, others]).toEqual([1, []])
    await bus.post('readers', 'nack', { token: first?.token, action: 'park' })
    expect((await bus.parked('readers')).map(({ position, kind }) => [position, kind])).toEqual([
      [1, 'failed'],
      [2, 'behind'],
      [4, 'behind'],
    ])
    expect((await bus.status('readers')).place).toBe(place)
    await bus.post('readers', 'parked/replay')
    const seen: number[] = []
    for (let round = 0; round < 3; round++) {
      const held = await bus.claim('readers', { max: 9 })
      seen.push(...positions(held))
      await bus.post('readers', 'ack', { tokens: tokens(held) })
    }
    expect(seen).toEqual([1, 2, 4])
    expect(await bus.proof('readers')).toMatchObject({ ok: true, acknowledged: 4, parked: 0 })
  })

  it('a parked event can be skipped for good, on record', async () => {
    const bus = await parkFirst()
    expect((await bus.post('readers', 'parked/skip', { position: 3 })).status).toBe(404)
    await bus.post('readers', 'parked/skip', { position: 1, reason: 'never mind' })
    await bus.post('readers', 'parked/replay')
    expect(positions(await bus.claim('readers', { max: 9 }))).toEqual([2, 3])
    expect((await bus.proof('readers')).latestSkipped).toMatchObject([{ position: 1, reason: 'never mind' }])
  })
})

describe('a restart', () => {
  it('a restart keeps attempts, leases, tokens, parked deliveries and the cursor', async () => {
    const bus = await startTimedBus()
    await bus.append(...['a', 'b', 'c', 'c'].map((subject) => ({ subject })))
    await bus.put('readers', { ...pull, backoff: { initialMs: 1, maxMs: 1 } })
    const before = await vi.waitFor(async () => {
      expect((await bus.status('readers')).outstanding).toBe(4)
      return bus.claim('readers', { max: 3, leaseMs: 1_000 })
    })
    const [one, two, three] = before
    await bus.post('readers', 'nack', { token: three?.token, action: 'park' })
    await bus.post('readers', 'ack', { token: one?.token })
    await bus.restart()
    expect(await bus.status('readers')).toMatchObject({ outstanding: 1, leased: 1, parked: 2, attempts: 3 })
    expect(await bus.claim('readers')).toEqual([])
    bus.pass(1_000)
    await bus.claim('readers')
    bus.pass(1)
    const [again] = await bus.claim('readers')
    expect(again).toMatchObject({ event: { position: 2 }, attempt: 2 })
    expect(again?.token).toBeGreaterThan(three?.token ?? 0)
    expect((await bus.post('readers', 'ack', { token: two?.token })).status).toBe(409)
    await bus.post('readers', 'ack', { token: again?.token })
    await bus.post('readers', 'parked/replay')
    expect(positions(await bus.claim('readers'))).toEqual([3])
  })
})

describe('the rolling hash', () => {
  it('a rolling hash is accepted when both sides agree, and otherwise refused with the bus’s own', async () => {
    const bus = await startTimedBus()
    await bus.append({ subject: 'a' }, { subject: 'b' }, { subject: 'c' })
    await bus.put('readers', pull)
    const [one, two, three] = await vi.waitFor(async () => {
      expect((await bus.status('readers')).outstanding).toBe(3)
      return bus.claim('readers', { max: 3, consumer: 'reader-1' })
    })
    if (!one || !two || !three) throw new Error('three were claimed')
    const hash = hashOf([one.event, two.event])
    const ack = { tokens: [one.token, two.token], hash }
    expect((await bus.post('readers', 'ack', ack)).body).toEqual({
      acknowledged: 2,
      consumers: [{ consumer: 'reader-1', count: 2, hash }],
    })
    // The answer got lost, so the consumer says it again.
    expect((await bus.post('readers', 'ack', ack)).body).toMatchObject({
      acknowledged: 0,
      consumers: [{ count: 2 }],
    })
    const wrong = await bus.post('readers', 'ack', { token: three.token, hash: hashOf([three.event]) })
    const expected = hashOf([three.event], hash)
    expect(wrong).toMatchObject({
      status: 409,
      body: { consumer: 'reader-1', count: 2, before: hash, expected },
    })
    await bus.post('readers', 'ack', { token: three.token, hash: expected })
    expect(await bus.proof('readers')).toMatchObject({
      ok: true,
      expected: 3,
      acknowledged: 3,
      consumers: [{ consumer: 'reader-1', count: 3, confirmed: 3, hash: expected }],
    })
  })

  it('rolling hashes are kept for a bounded number of consumers', async () => {
    const bus = await startTimedBus()
    await bus.append({})
    await bus.put('readers', pull)
    const names = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${limits.consumersMax})`
    bus.db().exec(`${names} INSERT INTO consumers SELECT run, i, 'c-' || i, 0, 0, '' FROM n, runs`)
    await bus.restart()
    const refused = await bus.post('readers', 'claim', { consumer: 'another' })
    expect(refused).toMatchObject({ status: 429, body: { code: 'too-many' } })
    expect(await bus.soon('readers', { consumer: 'c-7' })).toHaveLength(1)
  })
})
