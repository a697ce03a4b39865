import { outgoing } from '@logbook/chassis/testing/bus-conformance.ts'
import { copyOfLog, memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { expect, it, onTestFinished, vi } from 'vitest'
import { clientOf, fill, startBus } from './running-bus.ts'

const upTo = (count: number, from = 1) => Array.from({ length: count }, (_, index) => from + index)

/** Follows from the beginning for as long as the test runs; holds every position it was given. */
const followAll = (client: ReturnType<typeof clientOf>) => {
  const abort = new AbortController()
  onTestFinished(() => abort.abort())
  const positions: number[] = []
  const ended = (async () => {
    for await (const { events } of client.follow({ after: 0, signal: abort.signal }))
      positions.push(...events.map(({ position }) => position))
  })()
  return { positions, ended }
}

const portOf = ({ url }: { url: string }) => Number(new URL(url).port)
const quick = { backoffMs: { initial: 5, max: 20 } }

it('the bus client merges concurrent appends into few commits, and answers each', async () => {
  const store = memoryLog()
  const append = vi.spyOn(store, 'append')
  const client = clientOf(await startBus({ store }))
  const places = await Promise.all(upTo(500).map((n) => client.append([outgoing({ subject: `s-${n}` })])))
  expect(places.flat().map(({ position }) => position)).toEqual(upTo(500))
  expect(append.mock.calls.length).toBeLessThanOrEqual(3)
})

it('the bus client appends each event once across a restart of the bus', async () => {
  const folder = temporaryFolder()
  const file = `${folder}/log.sqlite`
  const first = await startBus({ file })
  const client = clientOf(first)
  // Ten publishers, each with its next event as soon as the last is answered, while the bus goes and comes.
  const appended = Promise.all(
    upTo(10).map(async () => {
      for (const _ of upTo(20)) await client.append([outgoing()])
    }),
  )
  await vi.waitFor(() => expect(first.store.head()).toBeGreaterThan(20))
  await first.close()
  const second = await startBus({ file, port: portOf(first) })
  await appended
  expect(second.store.head()).toBe(200)
})

it('the bus client follows each event once and in order across restarts of the bus', async () => {
  const folder = temporaryFolder()
  const file = `${folder}/log.sqlite`
  let bus = await startBus({ file })
  const { positions } = followAll(clientOf(bus, quick))
  for (const round of upTo(4)) {
    await fill(bus, 50)
    await vi.waitFor(() => expect(positions.length).toBeGreaterThan((round - 1) * 50))
    await bus.close()
    bus = await startBus({ file, port: portOf(bus) })
  }
  await fill(bus, 50)
  await vi.waitFor(() => expect(positions.length).toBe(250))
  expect(positions).toEqual(upTo(250))
})

it('the bus client waits for a bus that is not running yet', async () => {
  const gone = await startBus()
  await gone.close()
  const client = clientOf(gone, quick)
  const { positions } = followAll(client)
  const appended = client.append([outgoing()])
  const reading = client.read({ after: 0, limit: 1 })
  await startBus({ port: portOf(gone) })
  expect(await appended).toMatchObject([{ position: 1 }])
  await vi.waitFor(() => expect(positions).toEqual([1]))
  await reading
})

it('the bus client stops following a log that is shorter than what was read of it', async () => {
  const first = await startBus()
  await fill(first, 10)
  const { positions, ended } = followAll(clientOf(first, quick))
  await vi.waitFor(() => expect(positions).toHaveLength(10))
  const stopped = expect(ended).rejects.toMatchObject({
    code: 'conflict',
    details: { extensions: { head: 0 } },
  })
  await first.close()
  await startBus({ port: portOf(first) })
  await stopped
})

it('an append that is too large for the bus is refused alone', async () => {
  const client = clientOf(await startBus())
  const settled = await Promise.allSettled([
    client.append([outgoing({ subject: 'a' })]),
    client.append([outgoing({ subject: 'b', data: 'x'.repeat(1_100_000) })]),
    client.append([outgoing({ subject: 'c', data: 'x'.repeat(17_000_000) })]),
    client.append([outgoing({ subject: 'd' })]),
  ])
  expect(settled.map((each) => (each.status === 'fulfilled' ? 'ok' : each.reason.code))).toEqual([
    'ok',
    'too-large',
    'too-large',
    'ok',
  ])
})

it('the bus client names the field of an event that is not well formed', async () => {
  const client = clientOf(await startBus())
  await expect(client.append([outgoing(), outgoing({ type: '1st' })])).rejects.toMatchObject({
    code: 'invalid',
    details: { errors: [{ path: 'events.1.type' }] },
  })
})

it('the bus client names the log that an append was decided by, and another log refuses it until both agree', async () => {
  const log = memoryLog()
  const before = await startBus({ store: log })
  const client = clientOf(before)
  await client.append([outgoing()])
  expect(client.agreed.current).toMatchObject({ id: log.identity.id, epoch: 1 })
  await before.close()
  const store = await copyOfLog(log, { upTo: 1, by: 'restore' })
  await startBus({ store, port: portOf(before) })
  const refusal = { code: 'unavailable', details: { retryAfter: 1 } }
  await expect(client.append([outgoing()])).rejects.toMatchObject(refusal)
  await expect(client.readStream('thing-1')).rejects.toMatchObject(refusal)
  expect(store.head()).toBe(1)
  const old = client.agreed.current
  client.agreed.agree(store.identity)
  // Two that wait at once and were decided by different logs do not go in one request.
  const [late, now] = await Promise.allSettled([
    client.append([outgoing()], { log: old }),
    client.append([outgoing()]),
  ])
  expect([late, now]).toMatchObject([{ status: 'rejected', reason: refusal }, { status: 'fulfilled' }])
  expect(store.head()).toBe(2)
})
