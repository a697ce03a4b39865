import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { median, percentile } from './bus-event.ts'
import { measureHistory } from './bus-history.ts'
import { type Absent, type Peer, startNats, startPostgres, startRedis } from './bus-peers.ts'
import { runLoad, startBus } from './bus-processes.ts'
import { printTable, type Row, rounded } from './bus-table.ts'

const rounds = 3
const loadMs = 2_000

const figures = new Map<string, number[]>()
const absent = new Map<string, string>()

const note = (name: string, values: readonly number[]): void => {
  figures.set(name, [...(figures.get(name) ?? []), ...values])
}

const noteLatencies = (name: string, milliseconds: readonly number[]): void => {
  note(`${name} p50`, [percentile(milliseconds, 0.5)])
  note(`${name} p99`, [percentile(milliseconds, 0.99)])
}

const measureBus = async (folder: string): Promise<void> => {
  const bus = await startBus(join(folder, 'bus.sqlite'))
  note('one event a request', await runLoad({ kind: 'busConnections', url: bus.url, ms: loadMs }))
  note('one BusClient', await runLoad({ kind: 'busClient', url: bus.url, ms: loadMs }))
  await bus.stop()
  const followed = await startBus(join(folder, 'followed.sqlite'))
  noteLatencies('bus', await runLoad({ kind: 'busFollowers', url: followed.url, ms: loadMs }))
  await followed.stop()
  const ungrouped = await startBus(join(folder, 'ungrouped.sqlite'), 'ungrouped')
  note('ungrouped', await runLoad({ kind: 'busConnections', url: ungrouped.url, ms: loadMs }))
  await ungrouped.stop()
}

/** Runs `use` against a peer that is started for it, or remembers why there is none. */
const withPeer = async (
  { name, start }: { name: string; start: () => Promise<Peer | Absent> },
  use: (port: number) => Promise<void>,
): Promise<void> => {
  const peer = await start()
  if ('absent' in peer) {
    absent.set(name, peer.absent)
    return
  }
  try {
    await use(peer.port)
  } finally {
    await peer.stop()
  }
}

const measurePeers = async (folder: string): Promise<void> => {
  await withPeer({ name: 'Redis', start: () => startRedis(join(folder, 'redis')) }, async (port) => {
    note('Redis', await runLoad({ kind: 'redis', port, ms: loadMs }))
    noteLatencies('Redis', await runLoad({ kind: 'redisFollowers', port, ms: loadMs }))
  })
  for (const syncAlways of [false, true]) {
    const name = syncAlways ? 'JetStream, sync always' : 'JetStream'
    await withPeer({ name, start: () => startNats(join(folder, name), { syncAlways }) }, async (port) => {
      note(name, await runLoad({ kind: 'jetStream', port, ms: loadMs }))
    })
  }
  await withPeer({ name: 'PostgreSQL', start: () => startPostgres(join(folder, 'postgres')) }, async (port) =>
    note('PostgreSQL', await runLoad({ kind: 'postgres', port, ms: loadMs })),
  )
}

interface Comparison {
  ours: string
  peer: string
  aim: Row['aim']
  unit: 'events/s' | 'ms'
}

const rate = (ours: string, peer: string, atLeast: number): Comparison => ({
  ours,
  peer,
  aim: { atLeast },
  unit: 'events/s',
})

const comparisons: readonly Comparison[] = [
  rate('one event a request', 'JetStream', 1),
  rate('one event a request', 'JetStream, sync always', 4),
  rate('one event a request', 'PostgreSQL', 2),
  rate('one event a request', 'ungrouped', 6),
  rate('one BusClient', 'Redis', 0.8),
  rate('one BusClient', 'JetStream', 2),
  { ours: 'bus p50', peer: 'Redis p50', aim: { atMost: 1.5 }, unit: 'ms' },
  { ours: 'bus p99', peer: 'Redis p99', aim: { atMost: 2 }, unit: 'ms' },
]

const names: Record<string, string> = {
  'one event a request': 'append, 64 connections, one event a request',
  'one BusClient': 'append, one BusClient, 64 in flight',
  'bus p50': 'one event to 4 followers at 1,000/s, p50',
  'bus p99': 'one event to 4 followers at 1,000/s, p99',
  ungrouped: 'one transaction a request',
  Redis: 'Redis XADD, appendfsync always',
  'Redis p50': 'Redis XADD always, XREAD BLOCK',
  'Redis p99': 'Redis XADD always, XREAD BLOCK',
  JetStream: 'JetStream default (unsynced)',
  PostgreSQL: 'PostgreSQL INSERT, unique id',
}

const rowOf = ({ ours, peer, aim, unit }: Comparison): Row[] => {
  const [mine, theirs] = [figures.get(ours), figures.get(peer)].map((values) => values && median(values))
  if (mine === undefined || theirs === undefined) return []
  const figure = `${names[ours] ?? ours}, over ${names[peer] ?? peer}`
  const [shown, against] = [mine, theirs].map((value) => `${rounded(value)} ${unit}`)
  return [{ figure, ours: shown ?? '', peer: against ?? '', ratio: mine / theirs, aim }]
}

const full = process.argv.includes('--full')
const folder = await mkdtemp(join(tmpdir(), 'logbook-bench-'))
// PostgreSQL does not run as root, and then must get at its own folder in here as another user.
await chmod(folder, 0o711)
let rows: Row[] = []
try {
  for (let round = 0; round < rounds; round += 1) {
    const its = join(folder, String(round))
    await mkdir(its, { mode: 0o755 })
    await measureBus(its)
    await measurePeers(its)
    await rm(its, { recursive: true })
  }
  rows = comparisons.flatMap(rowOf)
  if (full) rows.push(...(await measureHistory(folder)))
} finally {
  await rm(folder, { recursive: true, force: true })
}

console.log(
  `Every append is on the disk when it is answered, but for JetStream's default. Medians of ${rounds}.\n`,
)
printTable(rows)
for (const [name, how] of absent) console.log(`skipped: ${name} (${how})`)
if (!full) console.log('skipped: long histories, which take minutes and 10 GB of disk (--full)')
