import { join } from 'node:path'
import { writeHistory } from './query-history.ts'
import { type Bench, median, runProgram } from './query-processes.ts'

const connections = 64
const seconds = 1.5
const rounds = 3

/** Answers a second; `known` is the entity tag of a caller who has the answer. */
export const load = (url: string, known?: string) =>
  runProgram<number>('infra/bench/query-load.ts', { url, connections, seconds, known })

/** Whether an aim was met, for the end of a row. */
export const aim = (met: boolean, words: string): string => `aim ${words}: ${met ? 'met' : 'NOT MET'}`

const measure = async (
  { start }: Bench,
  { name, url, isKnown = false }: { name: string; url: string; isKnown?: boolean },
): Promise<void> => {
  const answer = await fetch(url)
  const contentType = answer.headers.get('content-type') ?? ''
  const body = await answer.text()
  const known = isKnown ? (answer.headers.get('etag') ?? undefined) : undefined
  const bare = await start('infra/bench/query-bare.ts', { ANSWER: JSON.stringify({ body, contentType }) })
  const ours: number[] = []
  const theirs: number[] = []
  // In turn, so that a busy moment of the machine touches both.
  for (let round = 0; round < rounds; round++) {
    theirs.push(await load(bare.url, known))
    ours.push(await load(url, known))
  }
  await bare.stop()
  const [own, peer] = [median(ours), median(theirs)]
  const size = isKnown ? '304' : `${(Buffer.byteLength(body) / 1_024).toFixed(1)} KiB`
  console.log(
    `${name.padEnd(34)} ${Math.round(own)}/s over ${Math.round(peer)}/s of a bare server = ${(own / peer).toFixed(2)} (${size}, ${connections} connections; ${aim(own / peer >= 0.7, '≥ 0.7')})`,
  )
}

/** Pages a second, over a bare node:http server that sends the same bytes. */
export const benchPages = async (bench: Bench): Promise<void> => {
  const { start, folder } = bench
  const bus = await start('event-bus/src/main.ts', { DATABASE: join(folder, 'pages-log.sqlite') })
  await writeHistory({ busUrl: bus.url, posts: 25, commentsPerPost: 10 })
  const query = await start('query/src/main.ts', {
    BUS_URL: bus.url,
    DATABASE: join(folder, 'pages-query.sqlite'),
  })
  await fetch(`${query.url}/posts`, { headers: { 'Min-Position': '525', Prefer: 'wait=10' } })
  await measure(bench, { name: 'one post with ten comments', url: `${query.url}/posts/post-7` })
  await measure(bench, { name: '… answered 304', url: `${query.url}/posts/post-7`, isKnown: true })
  await measure(bench, { name: 'the home list', url: `${query.url}/posts` })
  await query.stop()
  await bus.stop()
}
