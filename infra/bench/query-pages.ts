import { join } from 'node:path'
import type { BareAnswers } from './query-bare.ts'
import { writeHistory } from './query-history.ts'
import { type Bench, median, runProgram } from './query-processes.ts'

const connections = 64
const seconds = 1.5
const rounds = 3

interface Reader {
  /** The entity tag of a caller who has the answer. */
  known?: string | undefined
  /** One more line of the request's head. */
  header?: string | undefined
}

/** Answers a second. */
export const load = (url: string, reader: Reader = {}) =>
  runProgram<number>('infra/bench/query-load.ts', { url, connections, seconds, ...reader })

/** Whether an aim was met, for the end of a row. */
export const aim = (met: boolean, words: string): string => `aim ${words}: ${met ? 'met' : 'NOT MET'}`

// Node's server sends these by itself.
const ofConnection = new Set(['connection', 'keep-alive', 'date'])

const asked = async (url: string, more: Record<string, string> = {}) => {
  // As the load asks: what fetch would say by itself gets another coding.
  const answer = await fetch(url, { headers: { 'Accept-Encoding': 'identity', ...more } })
  const head = [...answer.headers].filter(([name]) => !ofConnection.has(name)).flat()
  return { head, etag: answer.headers.get('etag') ?? '', body: await answer.text() }
}

/** The heads of a server that says no more than it must. */
const shortHeads = (body: string): Pick<BareAnswers, 'head' | 'knownHead'> => ({
  head: ['Content-Type', 'application/json', 'Content-Length', String(Buffer.byteLength(body))],
  knownHead: ['ETag', '"known"'],
})

interface Row {
  name: string
  url: string
  isKnown?: boolean
  header?: string
}

const measure = async ({ start }: Bench, { name, url, isKnown = false, header }: Row): Promise<void> => {
  const { head, body, etag } = await asked(url)
  const { head: knownHead } = await asked(url, { 'If-None-Match': etag })
  const known = isKnown ? etag : undefined
  const peer = (answers: BareAnswers) =>
    start('infra/bench/query-bare.ts', { ANSWERS: JSON.stringify(answers) })
  const same = await peer({ head, knownHead, body })
  const short = await peer({ ...shortHeads(body), body })
  const rates: Record<'ours' | 'same' | 'short', number[]> = { ours: [], same: [], short: [] }
  // In turn, so that a busy moment of the machine touches all.
  for (let round = 0; round < rounds; round++) {
    rates.same.push(await load(same.url, { known }))
    rates.ours.push(await load(url, { known, header }))
    rates.short.push(await load(short.url, { known }))
  }
  for (const bare of [same, short]) await bare.stop()
  const [own, over, overShort] = [median(rates.ours), median(rates.same), median(rates.short)]
  const size = isKnown ? '304' : `${(Buffer.byteLength(body) / 1_024).toFixed(1)} KiB`
  console.log(
    `${name.padEnd(34)} ${Math.round(own)}/s over ${Math.round(over)}/s of a bare server that sends the same = ${(own / over).toFixed(2)}, over ${Math.round(overShort)}/s of one that sends two headers = ${(own / overShort).toFixed(2)} (${size}, ${connections} connections; ${aim(own / over >= 0.7, '≥ 0.7 of the same bytes')})`,
  )
}

/** Pages a second, over bare node:http servers. */
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
  // A reader who waits for a position is answered by Express's routes, from the same prepared bytes.
  await measure(bench, {
    name: 'one post, through Express',
    url: `${query.url}/posts/post-7`,
    header: 'Min-Position: 1',
  })
  await query.stop()
  await bus.stop()
}
