import { listen } from '@logbook/chassis/http/server.ts'
import type { LogStore } from '@logbook/chassis/log/log-store.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { createEventBus } from '@logbook/event-bus/app.ts'
import { limits } from '@logbook/event-bus/limits.ts'
import { meaningOf } from '@logbook/event-bus/subscriptions/answers.ts'
import { Furthest } from '@logbook/event-bus/subscriptions/proof.ts'
import { openSubscriptions } from '@logbook/event-bus/subscriptions/tables.ts'
import { expect, it, onTestFinished, vi } from 'vitest'
import { clientOfBus, startConsumer, startSubscribedBus } from './running.ts'

/** A bus over a log that the test can hold up. */
const startOver = async (store: LogStore) => {
  const db = openSubscriptions(':memory:')
  const bus = createEventBus({ store, logger: silentLogger, subscriptions: { db, pushAllow: ['loopback'] } })
  const { url, close } = await listen(bus.app, { host: '127.0.0.1', port: 0 })
  await bus.start()
  onTestFinished(async () => {
    bus.drain?.()
    await close()
    await bus.close()
  })
  return clientOfBus(() => url)
}

it('waitingClaimsMax: one claim more than may wait is told to come back, until one of them is answered', async () => {
  const bus = await startSubscribedBus()
  await bus.put('readers', { mode: 'pull' })
  const wait = { max: 1, waitMs: 30_000 }
  let refused = 0
  const claims = Array.from({ length: limits.waitingClaimsMax }, async () => {
    for (;;) {
      const { status, body } = await bus.post<unknown[]>('readers', 'claim', wait)
      if (status === 503) refused += 1
      // One whose time ended before all the others were there waits again.
      if (status !== 200 || body.length > 0) return
    }
  })
  await vi.waitFor(async () => {
    const answer = await bus.post('readers', 'claim', { max: 1, waitMs: 0 })
    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } })
    expect(answer.headers.get('Retry-After')).toBe('1')
  })
  await bus.append({})
  await Promise.any(claims)
  await vi.waitFor(async () => expect((await bus.post('readers', 'claim', { waitMs: 0 })).status).toBe(200))
  await bus.ask('DELETE', '/subscriptions/readers')
  await Promise.all(claims)
  expect(refused).toBeLessThan(limits.waitingClaimsMax / 10)
})

it('proofsMax: so many proofs at a time, and another when one is done', async () => {
  const log = memoryLog()
  let open: () => void = () => {}
  let gate: Promise<void> | undefined
  const read: LogStore['read'] = async (request) => {
    await gate
    return log.read(request)
  }
  const bus = await startOver({ ...log, read })
  await bus.append({}, {})
  await bus.put('readers', { mode: 'pull' })
  await vi.waitFor(async () => expect((await bus.status('readers')).outstanding).toBe(2))
  gate = new Promise((resolve) => {
    open = resolve
  })
  const proofs = Array.from({ length: limits.proofsMax }, () => bus.proof('readers'))
  await vi.waitFor(async () => {
    const answer = await bus.ask('GET', '/subscriptions/readers/proof')
    expect(answer).toMatchObject({ status: 429, body: { code: 'too-many' } })
    expect(answer.headers.get('Retry-After')).toBe('2')
  })
  open()
  expect(await Promise.all(proofs)).toMatchObject(proofs.map(() => ({ ok: true, outstanding: 2 })))
  expect((await bus.ask('GET', '/subscriptions/readers/proof')).status).toBe(200)
})

it('proofSubjectsMax: a proof keeps the order of so many streams in mind, and forgets the one it met first', () => {
  const furthest = new Furthest(limits.proofSubjectsMax)
  for (let n = 1; n <= limits.proofSubjectsMax; n += 1) furthest.note(`s-${n}`, n)
  furthest.note('s-1', 1)
  expect([furthest.of('s-1'), furthest.of('s-2')]).toEqual([1, 2])
  furthest.note('another', 9)
  const last = limits.proofSubjectsMax
  expect([furthest.of('s-1'), furthest.of('s-2'), furthest.of(`s-${last}`)]).toEqual([0, 2, last])
  expect(furthest.of('another')).toBe(9)
})

it('parkedMax: a subscription with so many parked stands still and says why, until some are given up', async () => {
  const bus = await startSubscribedBus()
  await bus.put('readers', { mode: 'pull' })
  const numbers = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${limits.parkedMax})`
  // All of one subject and far beyond the log, as if the log had been that long.
  bus.db().exec(
    `${numbers} INSERT INTO deliveries (run, position, id, subject, previous, time, attempts, state, at)
     SELECT run, 1000000 + i, 'e-' || i, 'stuck', 0, 0, 1, CASE i WHEN 1 THEN 'failed' ELSE 'behind' END, 0 FROM n, runs`,
  )
  await bus.restart()
  await bus.append({ subject: 'flowing' })
  await vi.waitFor(async () =>
    expect(await bus.status('readers')).toMatchObject({
      parked: limits.parkedMax,
      outstanding: 0,
      fault: expect.stringContaining(`${limits.parkedMax} events are parked`),
    }),
  )
  expect(await bus.claim('readers')).toEqual([])
  expect((await bus.post('readers', 'parked/skip', { position: 1_000_001 })).status).toBe(200)
  const claimed = await vi.waitFor(async () => {
    const some = await bus.claim('readers', { waitMs: 1_000 })
    expect(some).toHaveLength(1)
    return some
  })
  expect(claimed[0]?.event.subject).toBe('flowing')
  expect((await bus.status('readers')).fault).toBeNull()
})

it('windowMax: what is replayed may fill the window once more, and then waits until some of it is delivered', async () => {
  const bus = await startSubscribedBus()
  await bus.put('readers', { mode: 'pull' })
  const count = limits.windowMax + 10
  bus.db().exec(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
     INSERT INTO deliveries (run, position, id, subject, previous, time, attempts, state, at)
     SELECT run, 1000000 + i, 'e-' || i, 's-' || i, 0, 0, 1, 'failed', 0 FROM n, runs`,
  )
  await bus.restart()
  for (let left = limits.windowMax + 1; left > 0; left -= 1_000) {
    const max = Math.min(left, 1_000)
    expect((await bus.post('readers', 'parked/replay', { max })).body).toMatchObject({ replayed: max })
  }
  const refused = await bus.post('readers', 'parked/replay', { max: 1 })
  expect(refused).toMatchObject({ status: 429, body: { code: 'too-many' } })
  expect(refused.headers.get('Retry-After')).toBe('5')
  expect(await bus.status('readers')).toMatchObject({ outstanding: limits.windowMax + 1, parked: 9 })
})

it('unwrittenPositionsMax, unwrittenDeliveriesMax: what was read is noted on disk before it becomes more, even if there are no claims', async () => {
  const bus = await startSubscribedBus()
  await bus.put('others', { mode: 'pull', types: ['Other'] })
  const written = () => bus.db().prepare<[], number>('SELECT cursor FROM runs').pluck().get() ?? 0
  for (let part = 0; part * 1_000 < limits.unwrittenPositionsMax; part += 1)
    await bus.append(...Array.from({ length: 1_000 }, () => ({})))
  await vi.waitFor(() => expect(written()).toBeGreaterThanOrEqual(limits.unwrittenPositionsMax))

  await bus.ask('DELETE', '/subscriptions/others')
  await bus.append({ subject: 'a' })
  await bus.put('parked', { mode: 'pull', from: 'now' })
  const noted = () => bus.db().prepare<[], number>('SELECT count(*) FROM deliveries').pluck().get() ?? 0
  await bus.append({ subject: 'a' })
  const [first] = await bus.claim('parked', { waitMs: 5_000 })
  await bus.post('parked', 'nack', { token: first?.token, action: 'park' })
  // All that comes is parked behind the first, which leaves room to read on.
  for (let part = 0; part * 1_000 < limits.unwrittenDeliveriesMax + 1_000; part += 1)
    await bus.append(...Array.from({ length: 1_000 }, () => ({ subject: 'a' })))
  await vi.waitFor(() => expect(noted()).toBeGreaterThanOrEqual(limits.unwrittenDeliveriesMax))
})

it('claimBytesMax: a claim answers with what fits, and the first however large', async () => {
  const bus = await startSubscribedBus()
  const large = 'x'.repeat(1_000_000)
  for (const subject of ['a', 'b', 'c', 'd', 'e', 'f']) await bus.append({ subject, data: large })
  await bus.put('readers', { mode: 'pull' })
  await vi.waitFor(async () => expect((await bus.status('readers')).outstanding).toBe(6))
  const claimed = await bus.claim('readers', { max: 10 })
  const bytes = claimed.reduce((sum, { event }) => sum + Buffer.byteLength(JSON.stringify(event)), 0)
  expect(claimed).toHaveLength(4)
  expect(bytes).toBeLessThanOrEqual(limits.claimBytesMax)
  expect(await bus.claim('readers', { max: 10 })).toHaveLength(2)
})

it('batchEventsMax: no pushed batch holds more, and full ones are full', async () => {
  const bus = await startSubscribedBus()
  const sizes: number[] = []
  const { url } = await startConsumer((req, res) => {
    sizes.push(req.body.length)
    res.sendStatus(204)
  })
  const count = limits.batchEventsMax * 2 + 50
  await bus.append(...Array.from({ length: count }, (_, index) => ({ subject: `s-${index}` })))
  await bus.put('push', { mode: 'push', url, format: 'batch', concurrency: 1 })
  await vi.waitFor(async () => expect((await bus.status('push')).acknowledged).toBe(count))
  expect(Math.max(...sizes)).toBe(limits.batchEventsMax)
})

it('excerptBytesMax: of a failure’s answer the beginning is kept', async () => {
  const bus = await startSubscribedBus()
  const { url } = await startConsumer((_req, res) => void res.status(500).send('é'.repeat(5_000)))
  await bus.append({})
  await bus.put('push', { mode: 'push', url, attempts: 1 })
  const [parked] = await vi.waitFor(async () => {
    const { body } = await bus.ask<{ bodyExcerpt: string }[]>('GET', '/subscriptions/push/parked')
    expect(body).toHaveLength(1)
    return body
  })
  expect(Buffer.byteLength(parked?.bodyExcerpt ?? '')).toBe(limits.excerptBytesMax)
})

it('answerBytesMax: of an answer without end so much is read, and the connection is cut', async () => {
  const bus = await startSubscribedBus()
  let written = 0
  let closed = false
  const { url } = await startConsumer((_req, res) => {
    res.status(200).on('close', () => {
      closed = true
    })
    const more = () => {
      while (!res.destroyed) {
        written += 65_536
        if (!res.write('x'.repeat(65_536))) break
      }
    }
    res.on('drain', more).on('error', () => {})
    more()
  })
  await bus.append({})
  await bus.put('push', { mode: 'push', url })
  await vi.waitFor(() => expect(closed).toBe(true))
  // What the sockets of both sides hold comes on top.
  expect(written).toBeLessThan(limits.answerBytesMax + 32 * 1024 * 1024)
})

it.each(['99999999', new Date(Date.now() + 99_999_999_000).toUTCString()])(
  'retryAfterMsMax bounds a Retry-After of %s',
  (value) => {
    const answer = { status: 429, headers: { 'retry-after': value }, excerpt: '' }
    expect(meaningOf(answer, Date.now())).toMatchObject({ kind: 'failed', holdMs: limits.retryAfterMsMax })
  },
)
