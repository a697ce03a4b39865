import { systemClock } from '@logbook/chassis/clock.ts'
import { completeEvent } from '@logbook/chassis/testing/complete-event.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { putSubscription } from '@logbook/contracts/http/subscriptions.ts'
import { proveSubscription } from '@logbook/event-bus/subscriptions/proof.ts'
import { subscriptionStore } from '@logbook/event-bus/subscriptions/store.ts'
import { Subscription } from '@logbook/event-bus/subscriptions/subscription.ts'
import { createFence } from '@logbook/event-bus/subscriptions/subscription-state.ts'
import { openSubscriptions } from '@logbook/event-bus/subscriptions/tables.ts'
import { describe, expect, it, vi } from 'vitest'
import { startSubscribedBus } from './running.ts'

/** Three events acknowledged, one by one, by a consumer of a name. */
const acknowledgedBus = async () => {
  const bus = await startSubscribedBus()
  await bus.append({ subject: 'a' }, { subject: 'b' }, { subject: 'a' })
  await bus.put('readers', { mode: 'pull' })
  for (let done = 0; done < 3; done++) {
    const [held] = await bus.claim('readers', { waitMs: 5_000, consumer: 'reader' })
    await bus.post('readers', 'ack', { token: held?.token })
  }
  return bus
}

describe('the proof', () => {
  it('a proof of a sound subscription has counts and hashes', async () => {
    const bus = await acknowledgedBus()
    expect(await bus.proof('readers')).toMatchObject({
      ...{ ok: true, fault: null, after: 0, upTo: 3 },
      ...{ expected: 3, acknowledged: 3, outstanding: 0, parked: 0, skipped: 0 },
      consumers: [{ consumer: 'reader', count: 3, confirmed: 0 }],
    })
  })

  // Each does to the file what a fault in a bus would have done.
  it.each<[string, string, object]>([
    ['missing', 'DELETE FROM settled WHERE position = 2', { kind: 'missing', position: 2 }],
    [
      'doubled',
      'INSERT INTO settled SELECT run, 9, position, consumer, NULL, NULL FROM settled WHERE position = 2; UPDATE runs SET sequence = 9',
      { kind: 'doubled', position: 2 },
    ],
    [
      'both settled and waiting',
      `INSERT INTO deliveries (run, position, id, subject, previous, time, attempts, state, at)
       SELECT run, 3, 'x', 'a', 2, 0, 0, 'waiting', 0 FROM runs`,
      { kind: 'doubled', position: 3 },
    ],
    [
      'reordered',
      'UPDATE settled SET sequence = 10 - sequence; UPDATE runs SET sequence = 9',
      { kind: 'reordered', position: 1 },
    ],
    ['another hash', "UPDATE consumers SET hash = 'ab'", { kind: 'hash', position: 3 }],
  ])('a proof reports damage: %s', async (_what, damage, fault) => {
    const bus = await acknowledgedBus()
    bus.db().exec(damage)
    await bus.restart()
    expect(await bus.proof('readers')).toMatchObject({ ok: false, fault })
  })

  it('a proof names settlements of events that are not the subscription’s', async () => {
    const bus = await startSubscribedBus()
    await bus.append({ type: 'A', subject: 'a' }, { type: 'B', subject: 'b' })
    await bus.put('readers', { mode: 'pull', types: ['A'] })
    const [held] = await bus.claim('readers', { waitMs: 5_000 })
    await bus.post('readers', 'ack', { token: held?.token })
    await vi.waitFor(async () => expect((await bus.status('readers')).place).toBe(2))
    bus.db().exec('UPDATE settled SET position = 2')
    expect((await bus.proof('readers')).fault).toMatchObject({ kind: 'missing', position: 1 })
    bus.db().exec('INSERT INTO settled SELECT run, 2, 1, consumer, NULL, NULL FROM settled')
    expect((await bus.proof('readers')).fault).toMatchObject({ kind: 'unexpected', position: 2 })
  })

  it('a proof holds while consumers work', async () => {
    const bus = await startSubscribedBus()
    await bus.append(...Array.from({ length: 600 }, (_, index) => ({ subject: `s-${index % 50}` })))
    await bus.put('readers', { mode: 'pull', backoff: { initialMs: 1, maxMs: 2 } })
    let acknowledged = 0
    const work = async (consumer: string) => {
      while (acknowledged < 600) {
        const held = await bus.claim('readers', { max: 20, consumer, waitMs: 50 })
        const [first, ...rest] = held.map(({ token }) => token)
        if (first !== undefined) await bus.post('readers', 'nack', { token: first })
        if (rest.length === 0) continue
        await bus.post('readers', 'ack', { tokens: rest })
        acknowledged += rest.length
        if (acknowledged > 400) await bus.post('readers', 'parked/replay')
        expect(await bus.proof('readers')).toMatchObject({ ok: true })
      }
    }
    const finish = async () => {
      for (;;) {
        const status = await bus.status('readers')
        if (status.acknowledged === 600) return
        await bus.post('readers', 'parked/replay')
        const held = await bus.claim('readers', { max: 100, waitMs: 20 })
        if (held.length > 0) await bus.post('readers', 'ack', { tokens: held.map(({ token }) => token) })
        acknowledged += held.length
      }
    }
    await Promise.all([work('one'), work('two'), finish()])
    expect(await bus.proof('readers')).toMatchObject({ ok: true, acknowledged: 600, outstanding: 0 })
  })
})

describe('an incomplete proof', () => {
  const aheadOfItsLog = async () => {
    const log = memoryLog()
    await log.append(['a', 'b', 'c'].map((subject) => [completeEvent({ subject })]))
    const store = subscriptionStore(openSubscriptions(':memory:'))
    const { run } = store.create({
      ...{ name: 's', revision: 1, settings: putSubscription.parse({ mode: 'pull', types: ['Never'] }) },
      ...{ state: 'active', fault: null, createdAt: 0, origin: 0, cursor: 99, previous: 0, sequence: 0 },
      ...{ attempts: 0, acknowledged: 0, skipped: 0, logId: null, logEpoch: null, moved: null },
    })
    const parts = { store, fence: createFence(0), clock: systemClock, random: () => 1 }
    return { subscription: new Subscription(run, parts), store, log }
  }

  it('a proof of a log that is shorter than the cursor names the first missing position', async () => {
    const proving = await aheadOfItsLog()
    const proof = await proveSubscription({ ...proving, left: new AbortController().signal })
    expect(proof).toMatchObject({ ok: false, fault: { kind: 'unexpected', position: 4 } })
  })

  it('a proof ends when its caller disconnects, and reads no further', async () => {
    const { log, ...proving } = await aheadOfItsLog()
    const left = new AbortController()
    const reads: number[] = []
    const endless: typeof log.read = async (request) => {
      reads.push(request.after)
      if (reads.length === 3) left.abort()
      return { ...(await log.read(request)), position: request.after + 1 }
    }
    await expect(
      proveSubscription({ ...proving, log: { read: endless }, left: left.signal }),
    ).rejects.toThrow('has disconnected')
    expect(reads).toEqual([0, 1, 2])
  })
})
