import { join } from 'node:path'
import { writeHistory } from './query-history.ts'
import { median, runProgram, withPrograms } from './query-processes.ts'

const connections = 64
const seconds = 1.5
const rounds = 3

interface Readers {
  name: string
  /** True where each asks for an address of its own. */
  distinct: boolean
  header?: string
}

const load = (url: string, { distinct, header }: Readers) =>
  runProgram<number>('infra/bench/query-load.ts', { url, connections, seconds, distinct, header })

/** Pages a second through the gateway over the same pages from the service itself, in turn, once both are warm. */
const compare = async (direct: string, through: string, readers: Readers) => {
  const theirs: number[] = []
  const ours: number[] = []
  for (const url of [direct, through, through]) await load(url, readers)
  for (let round = 0; round < rounds; round++) {
    theirs.push(await load(direct, readers))
    ours.push(await load(through, readers))
  }
  const [own, peer] = [median(ours), median(theirs)]
  console.log(
    `${readers.name.padEnd(34)} ${Math.round(own)}/s over ${Math.round(peer)}/s directly = ${(own / peer).toFixed(2)} (${connections} connections)`,
  )
}

const p50 = (url: string) => runProgram<number>('infra/bench/gateway-times.ts', { url })

/** What the gateway costs: of the rate, and of the time that one reader waits. */
await withPrograms(async ({ start, folder }) => {
  const bus = await start('event-bus/src/main.ts', { DATABASE: join(folder, 'gateway-log.sqlite') })
  await writeHistory({ busUrl: bus.url, posts: 25, commentsPerPost: 10 })
  const query = await start('query/src/main.ts', {
    BUS_URL: bus.url,
    DATABASE: join(folder, 'gateway-query.sqlite'),
  })
  const gateway = await start('gateway/src/main.ts', { QUERY_URL: query.url, BUS_URL: bus.url })
  await fetch(`${query.url}/posts`, { headers: { 'Min-Position': '525', Prefer: 'wait=10' } })
  const [direct, through] = [`${query.url}/posts/post-7`, `${gateway.url}/api/posts/post-7`]
  const bytes = (await (await fetch(through)).arrayBuffer()).byteLength
  console.log(`a page of ${(bytes / 1_024).toFixed(1)} KiB, ten comments`)
  await compare(direct, through, { name: 'readers of one page', distinct: false })
  await compare(direct, through, { name: 'readers of a page each', distinct: true })
  // With Prefer a read depends on more than its address, so that the gateway shares and keeps nothing.
  await compare(direct, through, {
    name: 'the same, each streamed',
    distinct: true,
    header: 'Prefer: wait=0',
  })
  const [alone, added] = [await p50(direct), await p50(through)]
  console.log(
    `${'one reader, one request at a time'.padEnd(34)} ${added.toFixed(3)} ms p50 over ${alone.toFixed(3)} ms directly = ${(added - alone).toFixed(3)} ms added`,
  )
})
