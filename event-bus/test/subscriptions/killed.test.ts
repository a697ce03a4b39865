import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { expect, it, vi } from 'vitest'
import { startBusProcess } from '../bus-process.ts'
import { clientOfBus, startConsumer } from './running.ts'

const rounds = 3
const eventsPerRound = 150
const subjects = 12

/** The service as a process of its own that is killed, by SIGKILL, and started again over the same files. */
const killableBus = async () => {
  const folder = temporaryFolder()
  const env = { DATABASE: `${folder}/log.sqlite`, LOG_LEVEL: 'silent' }
  let bus = await startBusProcess(env)
  return {
    ...clientOfBus(() => bus.url),
    kill: async () => {
      await bus.end()
      bus = await startBusProcess(env)
    },
  }
}

it('all events are delivered in the order of each subject, pushed and pulled, though the bus is killed repeatedly', async () => {
  const bus = await killableBus()
  const pushed: RecordedEvent[] = []
  const { url } = await startConsumer((req, res) => {
    pushed.push(req.body)
    res.sendStatus(204)
  })
  const backoff = { initialMs: 5, maxMs: 50 }
  await bus.put('push', { mode: 'push', url, backoff })
  await bus.put('pull', { mode: 'pull', leaseMs: 1_000, attempts: 100, backoff })

  const pulled = new Set<number>()
  let total = 0
  for (let round = 0; round < rounds; round++) {
    const subjectOf = (index: number) => ({ subject: `s-${index % subjects}` })
    await bus.append(...Array.from({ length: eventsPerRound }, (_, index) => subjectOf(index)))
    total += eventsPerRound
    // Some of it is under way when the process dies: leased, delivered and not yet acknowledged.
    const held = await bus.claim('pull', { max: 5, waitMs: 5_000 })
    const acknowledged = held.slice(0, 2)
    await bus.post('pull', 'ack', { tokens: acknowledged.map(({ token }) => token) })
    for (const { event } of acknowledged) pulled.add(event.position)
    await vi.waitFor(() => expect(pushed.length).toBeGreaterThan(total - eventsPerRound + 20))
    await bus.kill()
  }

  await vi.waitFor(async () =>
    expect(await bus.status('push')).toMatchObject({ acknowledged: total, parked: 0 }),
  )
  // A lease may run out before it is acknowledged; what was leased then comes again.
  await vi.waitFor(async () => {
    const held = await bus.claim('pull', { max: 100, waitMs: 1_000 })
    if (held.length > 0) await bus.post('pull', 'ack', { tokens: held.map(({ token }) => token) })
    for (const { event } of held) pulled.add(event.position)
    expect(await bus.status('pull')).toMatchObject({ acknowledged: total })
  })

  expect(pulled.size).toBe(total)
  const first = [...new Map(pushed.map((event) => [event.position, event])).values()]
  expect(first).toHaveLength(total)
  for (const subject of new Set(first.map((event) => event.subject))) {
    const versions = first.filter((event) => event.subject === subject).map(({ version }) => version)
    expect(versions).toEqual(versions.map((_, index) => index + 1))
  }
  expect(await bus.proof('push')).toMatchObject({ ok: true, acknowledged: total })
  expect(await bus.proof('pull')).toMatchObject({ ok: true, acknowledged: total })
})

it('an attempt is counted before the consumer sees it, so that a delivery which kills the bus is not retried for ever', async () => {
  const bus = await killableBus()
  const attempts: (string | undefined)[] = []
  const { url } = await startConsumer((req) => {
    attempts.push(req.get('Delivery-Attempt'))
  })
  await bus.append({ subject: 'poison' })
  await bus.put('push', {
    mode: 'push',
    url,
    attempts: 3,
    timeoutMs: 60_000,
    backoff: { initialMs: 1, maxMs: 2 },
  })
  for (let killed = 1; killed <= 3; killed++) {
    await vi.waitFor(() => expect(attempts).toHaveLength(killed))
    await bus.kill()
  }
  expect(await bus.parked('push')).toMatchObject([
    { attempts: 3, reason: 'The bus stopped during the delivery.' },
  ])
  expect(attempts).toEqual(['1', '2', '3'])
})
