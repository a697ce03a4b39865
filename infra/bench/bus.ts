import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemIds } from '@logbook/chassis/ids.ts'
import type { OutgoingEvent } from '@logbook/chassis/log/bus.ts'
import { rawInserts } from './bus-ceiling.ts'
import { throughClient, throughConnections } from './bus-load.ts'

const inFlight = 64
const rounds = 3
// What a process does before it is measured: the first seconds go to compiling, in the bus and in the load alike.
const warmUp = 15_000
const counts = { client: 30_000, connections: 15_000, single: 3_000, batched: 30_000 }

// A comment of the usual length: about 600 bytes as it stands in the log.
const events = (count: number): OutgoingEvent[] =>
  Array.from({ length: count }, (_, index) => {
    const id = systemIds.next()
    return {
      id,
      type: 'CommentCreated',
      source: '/comments',
      subject: `comment-${id}`,
      expectedversion: 'none',
      correlationId: systemIds.next(),
      data: {
        id,
        postId: systemIds.next(),
        content: `${index} ${'words of a comment '.repeat(10)}`,
        status: 'pending',
      },
    }
  })

const startBus = async (file: string): Promise<{ url: string; child: ChildProcess }> => {
  const main = new URL('../../event-bus/src/main.ts', import.meta.url)
  const child = fork(main, { env: { ...process.env, PORT: '0', DATABASE: file, LOG_LEVEL: 'warn' } })
  const [message] = await once(child, 'message')
  return { url: message.url, child }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const folder = await mkdtemp(join(tmpdir(), 'logbook-bench-'))
const rates = { single: [], batched: [], client: [], connections: [] } as Record<
  keyof typeof counts,
  number[]
>
try {
  for (let round = 0; round < rounds; round += 1) {
    const file = (name: string) => join(folder, `${name}-${round}.sqlite`)
    rates.single.push(
      rawInserts({ file: file('single'), events: events(counts.single), rowsPerTransaction: 1 }),
    )
    rates.batched.push(
      rawInserts({ file: file('batched'), events: events(counts.batched), rowsPerTransaction: inFlight }),
    )
    const bus = await startBus(file('bus'))
    await throughClient({ url: bus.url, events: events(warmUp), inFlight })
    rates.client.push(await throughClient({ url: bus.url, events: events(counts.client), inFlight }))
    await throughConnections({ url: bus.url, events: events(warmUp), inFlight })
    rates.connections.push(
      await throughConnections({ url: bus.url, events: events(counts.connections), inFlight }),
    )
    bus.child.kill('SIGTERM')
    await once(bus.child, 'exit')
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}

const ceilings = { single: median(rates.single), batched: median(rates.batched) }
const line = (name: string, rate: number, ceiling?: number) => {
  const ratio = ceiling === undefined ? '' : `${(rate / ceiling).toFixed(2)} of the ceiling`
  console.log(`${name.padEnd(52)}${Math.round(rate).toLocaleString('en').padStart(10)} events/s  ${ratio}`)
}
console.log(`Appends, each answered after its fsync; medians of ${rounds}\n`)
line('ceiling: raw SQLite rows, one a transaction', ceilings.single)
line(`ceiling: raw SQLite rows, ${inFlight} a transaction`, ceilings.batched)
line(`one BusClient, ${inFlight} appends in flight`, median(rates.client), ceilings.batched)
line(`${inFlight} connections, one event a request`, median(rates.connections), ceilings.batched)
