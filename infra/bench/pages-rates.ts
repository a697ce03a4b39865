import { writeFile } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import type { PagesLoad } from './pages-load.ts'
import { aim } from './query-pages.ts'
import { type Bench, median, runProgram } from './query-processes.ts'

const connections = 64
// Node's server sends these by itself.
const ofConnection = new Set(['connection', 'keep-alive', 'date', 'transfer-encoding', 'content-length'])

/** The head by which a browser opens a page, of which the gateway counts views. */
export const browserHead = (codings: string): string[] => [
  'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'Accept-Language: en-US,en;q=0.5',
  `Accept-Encoding: ${codings}`,
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Sec-Fetch-Dest: document',
  'Sec-Fetch-Mode: navigate',
]
export const asBrowser = browserHead('gzip, deflate, br, zstd')

export interface Rates {
  name: string
  /** Of the gateway. */
  url: string
  paths: readonly string[]
  head: readonly string[]
  /** The ratio that is wanted, at least. */
  atLeast: number
  seconds: number
  rounds: number
  /** Goes on while the pages are measured; returns how to end it. */
  beside?: () => () => Promise<unknown>
}

const load = (task: Omit<PagesLoad, 'connections'>) =>
  runProgram<number>('infra/bench/pages-load.ts', { ...task, connections })

const read = (url: string, headers: Record<string, string>): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => get(url, { headers, agent: false }, resolve).once('error', reject))

/** What the blog sends at an address, undecoded. */
const sent = async (url: string, head: readonly string[]) => {
  const answer = await read(url, Object.fromEntries(head.map((line) => line.split(': ') as [string, string])))
  const bytes = await buffer(answer)
  if (answer.statusCode !== 200)
    throw new Error(`${url} was answered ${answer.statusCode}: ${bytes.toString().slice(0, 300)}`)
  const { rawHeaders, headers } = answer
  const lines = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 && !ofConnection.has(name.toLowerCase()) ? [name, rawHeaders[index + 1] ?? ''] : [],
  )
  return {
    bytes,
    coding: headers['content-encoding'],
    head: [...lines, 'Content-Length', String(bytes.length)],
  }
}

/** Asks for each page once, a few at a time, so that what is made once has been made. */
const makeAll = async ({ url, paths, head }: Rates): Promise<void> => {
  const left = [...paths]
  const worker = async () => {
    for (let path = left.pop(); path !== undefined; path = left.pop()) await sent(url + path, head)
  }
  await Promise.all(Array.from({ length: 4 }, worker))
}

/** Pages a second through the gateway, over a bare node:http server that sends the first of them, in turn. */
export const compareRates = async ({ start, folder }: Bench, rates: Rates): Promise<void> => {
  const { name, url, paths, head, atLeast, seconds, rounds, beside } = rates
  const first = await sent(url + paths[0], head)
  const bodyFile = join(folder, 'body')
  await writeFile(bodyFile, first.bytes)
  const bare = await start('infra/bench/pages-bare.ts', {
    HEAD: JSON.stringify(first.head),
    BODY_FILE: bodyFile,
  })
  await makeAll(rates)
  await load({ url, paths, head, seconds })
  const [ours, theirs]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    theirs.push(await load({ url: bare.url, paths, head, seconds }))
    const end = beside?.()
    ours.push(await load({ url, paths, head, seconds }))
    await end?.()
  }
  await bare.stop()
  const [own, peer] = [median(ours), median(theirs)]
  const size = `${(first.bytes.length / 1_024).toFixed(1)} KiB ${first.coding ?? 'uncompressed'}`
  console.log(
    `${name.padEnd(40)} ${Math.round(own)}/s over ${Math.round(peer)}/s of a bare server = ${(own / peer).toFixed(2)} (${size}, ${connections} connections; ${aim(own / peer >= atLeast, `≥ ${atLeast}`)})`,
  )
}
