import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Holding } from './hostile-holder.ts'
import type { Flood } from './hostile-markdown.ts'
import { writeHistory } from './query-history.ts'
import { type Bench, median, runProgram } from './query-processes.ts'

const connections = 64
const secondsEach = 2
const rounds = 3
// Enough that positions keep their four digits while others write: all answers of a run are equally long.
const posts = 100
const commentsPerPost = 10
const head = posts * (1 + 2 * commentsPerPost)

const postIdOf = (n: number) => `01920001-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
const loopback = (network: number) => `127.0.${1 + (network >> 7)}.${1 + (network & 127)}`
const networks = (count: number) => Array.from({ length: count }, (_, n) => loopback(n))

interface Row {
  name: string
  /** Of each measurement: long enough for connections that are refused to come again. */
  seconds?: number
  holding: Omit<Holding, 'url'>
}

const rowsFor = (host: string): Row[] => {
  const get = (path: string, ...more: string[]) =>
    [`GET ${path} HTTP/1.1`, `Host: ${host}`, ...more, '', ''].join('\r\n')
  const postId = postIdOf(7)
  const one = networks(1)
  return [
    {
      name: '5,000 readers with a post open',
      holding: {
        request: get(`/api/changes?post=${postId}&after=${head}`),
        count: 5_000,
        from: networks(250),
      },
    },
    {
      name: '2,000 half-sent requests of one client',
      seconds: 10,
      holding: {
        request: `POST /api/rebuild HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1000\r\n\r\n{"swap"`,
        count: 2_000,
        from: one,
      },
    },
    {
      name: '2,000 reads of one client that wait for the next event',
      holding: {
        request: get('/api/posts', `Min-Position: ${head + 1}`, 'Prefer: wait=30'),
        count: 2_000,
        from: one,
      },
    },
    {
      name: '2,000 reads of one client that wait for what never comes',
      holding: {
        request: get('/api/posts', 'Min-Position: 999999999', 'Prefer: wait=30'),
        count: 2_000,
        from: one,
      },
    },
  ]
}

/** Runs while a process of its own does something else. */
const whileRunning = async <Result>(
  program: string,
  task: unknown,
  work: () => Promise<Result>,
): Promise<Result> => {
  const other = fork(join(import.meta.dirname, program), [JSON.stringify(task)])
  const ended = once(other, 'exit')
  try {
    const begun = await Promise.race([once(other, 'message').then(() => true), ended.then(() => false)])
    if (!begun) throw new Error(`${program} ended before it began`)
    return await work()
  } finally {
    if (other.connected) other.send({})
    await ended
  }
}

interface Rate {
  perSecond: number
  /** CPU of gateway and query for each page, with all that they did meanwhile. NaN where the system does not tell. */
  cpuMicros: number
}

interface Measured {
  name: string
  program: string
  task: unknown
  /** What runs beside the baseline; nothing if absent. */
  harmless?: unknown
  seconds?: number
}

const ticksPerSecond = 100

/** Seconds of CPU that a process has had. What readers and callers of the measurement take from the same machine is not in it. */
const cpuOf = (pid: number): number => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
  } catch {
    return Number.NaN
  }
}

const print = (name: string, without: readonly Rate[], among: readonly Rate[]): void => {
  const compared = (figure: keyof Rate) => ({
    now: median(among.map((rate) => rate[figure])),
    before: median(without.map((rate) => rate[figure])),
    ratio: median(among.map((rate, round) => rate[figure] / (without[round]?.[figure] ?? Number.NaN))),
  })
  const [rate, cpu] = [compared('perSecond'), compared('cpuMicros')]
  console.log(
    `${name.padEnd(58)} ${Math.round(rate.now)}/s over ${Math.round(rate.before)}/s without = ${rate.ratio.toFixed(2)} (aim ≥ 0.8); CPU a page ${cpu.now.toFixed(0)} µs over ${cpu.before.toFixed(0)} µs = ${(1 / cpu.ratio).toFixed(2)}`,
  )
}

/** Measures pages at `url` without and among what a program does, in turn. `cpu` is what the services have had, in seconds. */
const measuring =
  ({ url, cpu }: { url: string; cpu: () => number }) =>
  async ({ name, program, task, harmless, seconds = secondsEach }: Measured): Promise<void> => {
    const pages = async (): Promise<Rate> => {
      const before = cpu()
      const load = { url, connections, seconds, distinct: true }
      const perSecond = await runProgram<number>('infra/bench/query-load.ts', load)
      return { perSecond, cpuMicros: ((cpu() - before) * 1e6) / (perSecond * seconds) }
    }
    const without: Rate[] = []
    const among: Rate[] = []
    // The first is for the services to get warm.
    await pages()
    for (let round = 0; round < rounds; round++) {
      without.push(await (harmless === undefined ? pages() : whileRunning(program, harmless, pages)))
      among.push(await whileRunning(program, task, pages))
    }
    print(name, without, among)
  }

/** Pages a second through the gateway while others hold connections or write slow texts, over the same without them, in turn. */
export const measureHostile = async ({ start, folder }: Bench): Promise<void> => {
  const bus = await start('event-bus/src/main.ts', { DATABASE: join(folder, 'log.sqlite') })
  await writeHistory({ busUrl: bus.url, posts, commentsPerPost })
  const query = await start('query/src/main.ts', { BUS_URL: bus.url, DATABASE: join(folder, 'query.sqlite') })
  const gateway = await start('gateway/src/main.ts', { QUERY_URL: query.url, BUS_URL: bus.url })
  await fetch(`${query.url}/posts`, { headers: { 'Min-Position': String(head), Prefer: 'wait=10' } })
  const url = `${gateway.url}/api/posts/post-7`
  const cpu = () => cpuOf(gateway.pid) + cpuOf(query.pid)
  const measure = measuring({ url, cpu })
  for (const { name, holding, seconds } of rowsFor(new URL(gateway.url).host)) {
    const task = { ...holding, url: gateway.url } satisfies Holding
    await measure({ name, program: 'hostile-holder.ts', task, ...(seconds && { seconds }) })
  }
  // Each comment makes the gateway ask for its pages again, whatever it says: only how slow it is to render differs.
  const flood = { busUrl: bus.url, url: gateway.url, post: { id: postIdOf(8), slug: 'post-8' } }
  await measure({
    name: '20 comments a second, slow to render over plain',
    program: 'hostile-markdown.ts',
    task: { ...flood, isSlow: true } satisfies Flood,
    harmless: { ...flood, isSlow: false } satisfies Flood,
  })
}
