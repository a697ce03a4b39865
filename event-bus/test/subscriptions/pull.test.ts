import { createHash } from 'node:crypto'
import { fixedClock } from '@logbook/chassis/testing/deterministic.ts'
import type { ClaimedDelivery } from '@logbook/contracts/http/subscriptions.ts'
import { describe, expect, it, vi } from 'vitest'
import { startSubscribedBus } from './running.ts'

const pull = { mode: 'pull' }
const positions = (deliveries: readonly ClaimedDelivery[]) => deliveries.map(({ event }) => event.position)
const tokens = (deliveries: readonly ClaimedDelivery[]) => deliveries.map(({ token }) => token)
const hashOf = (events: readonly { position: number; id: string }[], before = '') =>
  events.reduce(
    (hash, { position, id }) => createHash('sha256').update(`${hash}\n${position} ${id}`).digest('hex'),
    before,
  )

/** A bus whose time moves only when told to. */
const timedBus = async () => {
  const clock = fixedClock()
  let now = clock.now().getTime()
  const bus = await startSubscribedBus({ clock })
  return {
    ...bus,
    pass: (ms: number) => {
      now += ms
      clock.set(new Date(now).toISOString())
    },
    /** Claims as soon as the log has been read for the subscription. */
    soon: (name: string, body: object = {}) =>
      vi.waitFor(async () => {
        const claimed = await bus.claim(name, body)
        expect(claimed.length).toBeGreaterThan(0)
        return claimed
      }),
  }
}

describe('claiming', () => {
  it('gives each event with its attempt, token, lease, predecessor and epoch', async () => {
    const bus = await timedBus()
    await bus.append({ subject: 'a', data: { n: 1 } }, { subject: 'b' })
    await bus.put('readers', pull)
    const [first, second] = await bus.soon('readers', { max: 5, leaseMs: 1_000 })
    expect(first).toMatchObject({ event: { position: 1, data: { n: 1 } }, attempt: 1, previous: 0 })
    expect(first?.leaseUntil).toBe('2026-01-01T00:00:01.000Z')
    expect(second).toMatchObject({ event: { position: 2 }, previous: 1, epoch: first?.epoch })
    expect(second?.token).toBeGreaterThan(first?.token ?? 0)
  })

  it('shares the events among consumers, one of a subject at a time', async () => {
    const bus = await timedBus()
    await bus.append(...['a', 'a', 'b', 'a', 'b', 'c'].map((subject) => ({ subject })))
    await bus.put('readers', pull)
    const one = await bus.soon('readers', { max: 2, consumer: 'one' })
    const two = await bus.claim('readers', { max: 9, consumer: 'two' })
    expect([positions(one), positions(two)]).toEqual([[1, 3], [6]])
    await bus.post('readers', 'ack', { tokens: tokens(one) })
    expect(positions(await bus.claim('readers', { max: 9, consumer: 'two' }))).toEqual([2, 5])
  })

  it('waits for an event that is not there yet', async () => {
    const bus = await startSubscribedBus()
    await bus.put('readers', { ...pull, from: 'now' })
    const waiting = bus.claim('readers', { waitMs: 10_000 })
    await bus.append({})
    expect(positions(await waiting)).toEqual([1])
  })

  it('answers with nothing when its time is up', async () => {
    const bus = await startSubscribedBus()
    await bus.put('readers', pull)
    expect(await bus.claim('readers', { waitMs: 30 })).toEqual([])
  })

  it('chooses by type and by the beginning of the subject, and comes past the rest', async () => {
    const bus = await timedBus()
    await bus.append(
      { type: 'A', subject: 'post-1' },
      { type: 'B', subject: 'post-1' },
      { type: 'A', subject: 'comment-1' },
      { type: 'A', subject: 'post-2' },
      { type: 'B', subject: 'post-3' },
    )
    await bus.put('readers', { ...pull, types: ['A'], subjectPrefix: 'post-' })
    const claimed = await bus.soon('readers', { max: 9 })
    expect(claimed.map(({ event, previous }) => [event.position, previous])).toEqual([
      [1, 0],
      [4, 1],
    ])
    await bus.post('readers', 'ack', { tokens: tokens(claimed) })
    await vi.waitFor(async () => expect(await bus.status('readers')).toMatchObject({ place: 5, lag: 0 }))
  })

  it.each([
    ['start', [1, 2, 3]],
    ['now', [3]],
    [1, [2, 3]],
  ])('from %s', async (from, wanted) => {
    const bus = await timedBus()
    await bus.append({ subject: 'a' }, { subject: 'b' })
    await bus.put('readers', { ...pull, from })
    await bus.append({ subject: 'c' })
    await vi.waitFor(async () => expect((await bus.status('readers')).outstanding).toBe(wanted.length))
    expect(positions(await bus.claim('readers', { max: 9 }))).toEqual(wanted)
  })
})

describe('a lease', () => {
  it('that ran out comes back with a backoff, a higher attempt and a higher token', async () => {
    const bus = await timedBus()
    await bus.append({})
    await bus.put('readers', { ...pull, backoff: { initialMs: 1_000, maxMs: 60_000 } })
    const [first] = await bus.soon('readers', { leaseMs: 500 })
    bus.pass(500)
    expect(await bus.claim('readers')).toEqual([])
    bus.pass(749)
    expect(await bus.claim('readers')).toEqual([])
    bus.pass(1)
    const [second] = await bus.claim('readers')
    expect(second).toMatchObject({ event: { position: 1 }, attempt: 2, previous: 0 })
    expect(second?.token).toBeGreaterThan(first?.token ?? 0)
  })

  it.each(['ack', 'nack', 'extend'])('that has gone to someone else is refused on %s', async (verb) => {
    const bus = await timedBus()
    await bus.append({})
    await bus.put('readers', { ...pull, backoff: { initialMs: 1, maxMs: 1 } })
    const [stale] = await bus.soon('readers', { leaseMs: 50, consumer: 'slow' })
    bus.pass(50)
    await bus.claim('readers')
    bus.pass(1)
    const [held] = await bus.claim('readers', { consumer: 'quick' })
    const answer = await bus.post('readers', verb, { token: stale?.token })
    expect(answer).toMatchObject({ status: 409, body: { code: 'conflict', stale: [stale?.token] } })
    expect((await bus.post('readers', 'ack', { token: held?.token })).status).toBe(200)
  })

  it('lasts longer when it is extended', async () => {
    const bus = await timedBus()
    await bus.append({})
    await bus.put('readers', pull)
    const [held] = await bus.soon('readers', { leaseMs: 100 })
    bus.pass(99)
    const { body } = await bus.post('readers', 'extend', { token: held?.token, leaseMs: 100 })
    expect(body).toEqual({ token: held?.token, leaseUntil: '2026-01-01T00:00:00.199Z' })
    bus.pass(99)
    expect((await bus.post('readers', 'ack', { token: held?.token })).status).toBe(200)
  })

  it('that is stale spoils the whole acknowledgement, and names itself', async () => {
    const bus = await timedBus()
    await bus.append({ subject: 'a' }, { subject: 'b' })
    await bus.put('readers', pull)
    const held = tokens(await bus.soon('readers', { max: 2 }))
    const answer = await bus.post('readers', 'ack', { tokens: [...held, 999] })
    expect(answer).toMatchObject({ status: 409, body: { stale: [999] } })
    expect((await bus.status('readers')).acknowledged).toBe(0)
    expect((await bus.post('readers', 'ack', { tokens: held })).body).toMatchObject({ acknowledged: 2 })
  })
})

describe('refusing', () => {
  it('waits longer from attempt to attempt, however fast the consumer refuses', async () => {
    const bus = await timedBus()
    await bus.append({})
    await bus.put('readers', { ...pull, attempts: 9, backoff: { initialMs: 1_000, maxMs: 3_000 } })
    const waits: number[] = []
    let [held] = await bus.soon('readers')
    for (let round = 0; round < 4; round++) {
      await bus.post('readers', 'nack', { token: held?.token, delayMs: 0 })
      const { retrying } = await bus.status('readers')
      let waited = 0
      for (held = undefined; held === undefined; waited += 250) {
        bus.pass(250)
        ;[held] = await bus.claim('readers')
      }
      waits.push(waited)
      expect(retrying).toMatchObject([{ position: 1, attempts: round + 1 }])
    }
    expect(waits).toEqual([750, 1_500, 2_250, 2_250])
  })

  it('can lengthen the backoff', async () => {
    const bus = await timedBus()
    await bus.append({})
    await bus.put('readers', { ...pull, backoff: { initialMs: 10, maxMs: 10 } })
    const [held] = await bus.soon('readers')
    await bus.post('readers', 'nack', { token: held?.token, delayMs: 5_000 })
    bus.pass(4_999)
    expect(await bus.claim('readers')).toEqual([])
    bus.pass(1)
    expect(await bus.claim('readers')).toHaveLength(1)
  })

  it('skips on record', async () => {
    const bus = await timedBus()
    await bus.append({ subject: 'a' }, { subject: 'a' })
    await bus.put('readers', pull)
    const [held] = await bus.soon('readers', { consumer: 'one' })
    await bus.post('readers', 'nack', { token: held?.token, action: 'skip', reason: 'a test event' })
    expect(positions(await bus.claim('readers'))).toEqual([2])
    expect(await bus.proof('readers')).toMatchObject({
      ok: true,
      skipped: 1,
      latestSkipped: [{ position: 1, consumer: 'one', reason: 'a test event' }],
    })
  })
})

describe('parking', () => {
  const parkFirst = async () => {
    const bus = await timedBus()
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

  it('takes the later events of the subject along after the last attempt, while the others flow', async () => {
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

  it('replays in the order of the subject, moves no place and parks nothing twice', async () => {
    const bus = await parkFirst()
    const { place } = await bus.status('readers')
    const answer = await bus.post('readers', 'parked/replay', { subject: 'a', max: 2 })
    expect(answer.body).toEqual({ replayed: 2, parked: 1 })
    expect((await bus.post('readers', 'parked/replay', { subject: 'none' })).body).toEqual({
      replayed: 0,
      parked: 1,
    })
    const [first, other] = await bus.claim('readers', { max: 9 })
    expect([first, other].map((each) => each?.event.position)).toEqual([1, 3])
    await bus.post('readers', 'nack', { token: first?.token, action: 'park' })
    expect((await bus.parked('readers')).map(({ position, kind }) => [position, kind])).toEqual([
      [1, 'failed'],
      [2, 'behind'],
      [4, 'behind'],
    ])
    await bus.post('readers', 'ack', { token: other?.token })
    expect((await bus.status('readers')).place).toBeGreaterThanOrEqual(place)
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

  it('can give one up for good, on record', async () => {
    const bus = await parkFirst()
    expect((await bus.post('readers', 'parked/skip', { position: 3 })).status).toBe(404)
    await bus.post('readers', 'parked/skip', { position: 1, reason: 'never mind' })
    await bus.post('readers', 'parked/replay')
    expect(positions(await bus.claim('readers', { max: 9 }))).toEqual([2, 3])
    expect((await bus.proof('readers')).latestSkipped).toMatchObject([{ position: 1, reason: 'never mind' }])
  })
})

describe('a restart', () => {
  it('keeps attempts, leases, tokens, what is parked and the place', async () => {
    const bus = await timedBus()
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
  it('is taken when both sides agree, and refused with the bus own when not', async () => {
    const bus = await timedBus()
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
})
