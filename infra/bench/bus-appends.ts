import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { median, percentile } from './bus-event.ts'
import { type Absent, type Peer, startNats, startPostgres, startRedis } from './bus-peers.ts'
import { runLoad, startBus } from './bus-processes.ts'
import { type Row, rounded } from './bus-table.ts'

export const rounds = 3
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

/** What of it is measured: appends, or how soon followers have them. */
type Wanted = ReadonlySet<'appends' | 'latency'>

const measureBus = async (folder: string, wanted: Wanted): Promise<void> => {
  if (wanted.has('appends')) await measureOurAppends(folder)
  if (!wanted.has('latency')) return
  const followed = await startBus(join(folder, 'followed.sqlite'))
  noteLatencies('bus', await runLoad({ kind: 'busFollowers', url: followed.url, ms: loadMs }))
  await followed.stop()
}

const measureOurAppends = async (folder: string): Promise<void> => {
  const bus = await startBus(join(folder, 'bus.sqlite'))
  note('one event a request', await runLoad({ kind: 'busConnections', url: bus.url, ms: loadMs }))
  note('one BusClient', await runLoad({ kind: 'busClient', url: bus.url, ms: loadMs }))
  await bus.stop()
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

const measurePeers = async (folder: string, wanted: Wanted): Promise<void> => {
  await withPeer({ name: 'Redis', start: () => startRedis(join(folder, 'redis')) }, async (port) => {
    if (wanted.has('appends')) note('Redis', await runLoad({ kind: 'redis', port, ms: loadMs }))
    if (wanted.has('latency'))
      noteLatencies('Redis', await runLoad({ kind: 'redisFollowers', port, ms: loadMs }))
  })
  if (!wanted.has('appends')) return
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

/** The bus beside its peers, in turns, so that a machine that slows down slows all. `absent` says which peers there are none of. */
export const measureAppends = async (
  folder: string,
  wanted: Wanted,
): Promise<{ rows: Row[]; absent: ReadonlyMap<string, string> }> => {
  for (let round = 0; round < rounds; round += 1) {
    const its = join(folder, String(round))
    await mkdir(its, { mode: 0o755 })
    await measureBus(its, wanted)
    await measurePeers(its, wanted)
    await rm(its, { recursive: true })
  }
  return { rows: comparisons.flatMap(rowOf), absent }
}
