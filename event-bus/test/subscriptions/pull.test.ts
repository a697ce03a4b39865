import { describe, expect, it, vi } from 'vitest'
import { positions, startSubscribedBus, startTimedBus, tokens } from './running.ts'

const pull = { mode: 'pull' }

describe('claiming', () => {
  it('a claim gives each event with its attempt, token, lease, predecessor and epoch', async () => {
    const bus = await startTimedBus()
    await bus.append({ subject: 'a', data: { n: 1 } }, { subject: 'b' })
    await bus.put('readers', pull)
    const [first, second] = await bus.soon('readers', { max: 5, leaseMs: 1_000 })
    expect(first).toMatchObject({ event: { position: 1, data: { n: 1 } }, attempt: 1, previous: 0 })
    expect(first?.log).toEqual({ id: expect.stringMatching(/^[0-9a-f-]{36}$/), epoch: 1 })
    expect(first?.leaseUntil).toBe('2026-01-01T00:00:01.000Z')
    expect(second).toMatchObject({ event: { position: 2 }, previous: 1, epoch: first?.epoch })
    expect(second?.token).toBeGreaterThan(first?.token ?? 0)
  })

  it('competing consumers share the events, one of a subject at a time', async () => {
    const bus = await startTimedBus()
    await bus.append(...['a', 'a', 'b', 'a', 'b', 'c'].map((subject) => ({ subject })))
    await bus.put('readers', pull)
    const one = await bus.soon('readers', { max: 2, consumer: 'one' })
    const two = await bus.claim('readers', { max: 9, consumer: 'two' })
    expect([positions(one), positions(two)]).toEqual([[1, 3], [6]])
    await bus.post('readers', 'ack', { tokens: tokens(one) })
    expect(positions(await bus.claim('readers', { max: 9, consumer: 'two' }))).toEqual([2, 5])
  })

  it('a claim answers with what fits, and leaves the rest uncounted to the next claim', async () => {
    const bus = await startTimedBus()
    const large = 'x'.repeat(900_000)
    for (const subject of ['a', 'b', 'c', 'd', 'e', 'f']) await bus.append({ subject, data: large })
    await bus.put('readers', pull)
    await vi.waitFor(async () => expect((await bus.status('readers')).outstanding).toBe(6))
    const first = await bus.claim('readers', { max: 6 })
    expect(positions(first)).toEqual([1, 2, 3, 4])
    const second = await bus.claim('readers', { max: 6 })
    expect(second.map(({ event, attempt }) => [event.position, attempt])).toEqual([
      [5, 1],
      [6, 1],
    ])
  })

  it('a claim waits for an event', async () => {
    const bus = await startSubscribedBus()
    await bus.put('readers', { ...pull, from: 'now' })
    const waiting = bus.claim('readers', { waitMs: 10_000 })
    await bus.append({})
    expect(positions(await waiting)).toEqual([1])
  })

  it('a claim answers with nothing when its time is up', async () => {
    const bus = await startSubscribedBus()
    await bus.put('readers', pull)
    expect(await bus.claim('readers', { waitMs: 30 })).toEqual([])
  })

  it('a filter by type and subject prefix skips all other events', async () => {
    const bus = await startTimedBus()
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
  ])('a new subscription starts from %s', async (from, wanted) => {
    const bus = await startTimedBus()
    await bus.append({ subject: 'a' }, { subject: 'b' })
    await bus.put('readers', { ...pull, from })
    await bus.append({ subject: 'c' })
    await vi.waitFor(async () => expect((await bus.status('readers')).outstanding).toBe(wanted.length))
    expect(positions(await bus.claim('readers', { max: 9 }))).toEqual(wanted)
  })
})

describe('a lease', () => {
  it('an expired lease comes back with a backoff, a higher attempt and a higher token', async () => {
    const bus = await startTimedBus()
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

  it.each(['ack', 'nack', 'extend'])(
    'a lease that went to another consumer is refused on %s',
    async (verb) => {
      const bus = await startTimedBus()
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
    },
  )

  it('an extended lease lasts longer', async () => {
    const bus = await startTimedBus()
    await bus.append({})
    await bus.put('readers', pull)
    const [held] = await bus.soon('readers', { leaseMs: 100 })
    bus.pass(99)
    const { body } = await bus.post('readers', 'extend', { token: held?.token, leaseMs: 100 })
    expect(body).toEqual({ token: held?.token, leaseUntil: '2026-01-01T00:00:00.199Z' })
    bus.pass(99)
    expect((await bus.post('readers', 'ack', { token: held?.token })).status).toBe(200)
  })

  it('a stale token refuses the whole acknowledgement by name', async () => {
    const bus = await startTimedBus()
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
  it('the backoff grows from attempt to attempt, however fast the consumer refuses', async () => {
    const bus = await startTimedBus()
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

  it('a consumer can lengthen the backoff', async () => {
    const bus = await startTimedBus()
    await bus.append({})
    await bus.put('readers', { ...pull, backoff: { initialMs: 10, maxMs: 10 } })
    const [held] = await bus.soon('readers')
    await bus.post('readers', 'nack', { token: held?.token, delayMs: 5_000 })
    bus.pass(4_999)
    expect(await bus.claim('readers')).toEqual([])
    bus.pass(1)
    expect(await bus.claim('readers')).toHaveLength(1)
  })

  it('skips are recorded', async () => {
    const bus = await startTimedBus()
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
