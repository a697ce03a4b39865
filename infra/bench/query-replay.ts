import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { writeHistory } from './query-history.ts'
import { aim } from './query-pages.ts'
import { type Bench, median, type Running, runProgram } from './query-processes.ts'
import type { RawTask } from './query-raw.ts'

// Long enough that what a process does once, compiling above all, counts little. The full one has 1,000,031 events.
const short = { posts: 5_000, commentsPerPost: 20, rounds: 3 }
const full = { posts: 24_391, commentsPerPost: 20, rounds: 1 }
const mebibytesMax = 250

interface Round {
  replaySeconds: number
  rawSeconds: number
  /** Resident memory of query in MiB. */
  half: number
  end: number
}

/** Resolves when query has read as far as this. */
export const reached = async ({ url }: Running, position: number): Promise<void> => {
  for (;;) {
    const headers = { 'Min-Position': String(position), Prefer: 'wait=30' }
    const answer = await fetch(`${url}/tags`, { headers })
    await answer.arrayBuffer()
    if (answer.status === 200) return
    if (answer.status !== 503) throw new Error(`query answered ${answer.status}`)
  }
}

const residentMebibytes = ({ pid }: Running): number =>
  Math.round(Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1_024)

interface Replay {
  busUrl: string
  events: number
  round: number
}

const replayOnce = async ({ start, folder }: Bench, { busUrl, events, round }: Replay): Promise<Round> => {
  const file = join(folder, `replay-${round}.sqlite`)
  const query = await start('query/src/main.ts', { BUS_URL: busUrl, DATABASE: file })
  const begun = performance.now()
  await reached(query, Math.floor(events / 2))
  const half = residentMebibytes(query)
  await reached(query, events)
  const replaySeconds = (performance.now() - begun) / 1_000
  const end = residentMebibytes(query)
  await query.stop()
  const task: RawTask = { from: file, to: join(folder, `raw-${round}.sqlite`) }
  return { replaySeconds, rawSeconds: await runProgram('infra/bench/query-raw.ts', task), half, end }
}

/** Events a second from the log on the bus into query's file, over upserts of the same rows by hand. */
export const benchReplay = async (bench: Bench, { full: isFull }: { full: boolean }): Promise<void> => {
  const { rounds, ...size } = isFull ? full : short
  const { start, folder } = bench
  const bus = await start('event-bus/src/main.ts', { DATABASE: join(folder, 'replay-log.sqlite') })
  const events = await writeHistory({ busUrl: bus.url, ...size })
  const all: Round[] = []
  for (let round = 0; round < rounds; round++)
    all.push(await replayOnce(bench, { busUrl: bus.url, events, round }))
  await bus.stop()
  const own = events / median(all.map(({ replaySeconds }) => replaySeconds))
  const peer = events / median(all.map(({ rawSeconds }) => rawSeconds))
  console.log(
    `${'replay into an empty file'.padEnd(34)} ${Math.round(own)} events/s over ${Math.round(peer)}/s by hand = ${(own / peer).toFixed(2)} (${events} events; ${aim(own / peer >= 0.7, '≥ 0.7')})`,
  )
  const [half, end] = [median(all.map((each) => each.half)), median(all.map((each) => each.end))]
  console.log(
    `${'… resident memory'.padEnd(34)} ${half} MiB at half of the log, ${end} MiB at its end (${aim(Math.max(half, end) < mebibytesMax, `flat, < ${mebibytesMax} MiB`)})`,
  )
}
