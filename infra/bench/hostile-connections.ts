import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Holding } from './hostile-holder.ts'
import type { Flood } from './hostile-markdown.ts'
import { writeHistory } from './query-history.ts'
import { type Bench, median, runProgram } from './query-processes.ts'

const connections = 64
const seconds = 2
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

/** Pages a second through the gateway while others hold connections or write slow texts, over the same without them, in turn. */
export const measureHostile = async ({ start, folder }: Bench): Promise<void> => {
  const bus = await start('event-bus/src/main.ts', { DATABASE: join(folder, 'log.sqlite') })
  await writeHistory({ busUrl: bus.url, posts, commentsPerPost })
  const query = await start('query/src/main.ts', { BUS_URL: bus.url, DATABASE: join(folder, 'query.sqlite') })
  const gateway = await start('gateway/src/main.ts', { QUERY_URL: query.url, BUS_URL: bus.url })
  await fetch(`${query.url}/posts`, { headers: { 'Min-Position': String(head), Prefer: 'wait=10' } })
  const url = `${gateway.url}/api/posts/post-7`
  const pages = () =>
    runProgram<number>('infra/bench/query-load.ts', { url, connections, seconds, distinct: true })
  await pages()
  const measure = async (name: string, program: string, task: unknown, harmless?: unknown): Promise<void> => {
    const without: number[] = []
    const among: number[] = []
    for (let round = 0; round < rounds; round++) {
      without.push(await (harmless === undefined ? pages() : whileRunning(program, harmless, pages)))
      among.push(await whileRunning(program, task, pages))
    }
    const ratios = among.map((rate, round) => rate / (without[round] ?? Number.NaN))
    console.log(
      `${name.padEnd(58)} ${Math.round(median(among))}/s over ${Math.round(median(without))}/s without = ${median(ratios).toFixed(2)} (aim ≥ 0.8)`,
    )
  }
  for (const { name, holding } of rowsFor(new URL(gateway.url).host))
    await measure(name, 'hostile-holder.ts', { ...holding, url: gateway.url } satisfies Holding)
  // Each comment makes the gateway ask for its pages again, whatever it says: only how slow it is to render differs.
  const flood = { busUrl: bus.url, url: gateway.url, post: { id: postIdOf(8), slug: 'post-8' } }
  await measure(
    '20 comments a second, slow to render over plain',
    'hostile-markdown.ts',
    { ...flood, isSlow: true } satisfies Flood,
    { ...flood, isSlow: false } satisfies Flood,
  )
}
