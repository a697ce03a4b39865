import { join } from 'node:path'
import { compare } from './gateway-compare.ts'
import { compareSignedIn } from './gateway-signed-in.ts'
import { writeHistory } from './query-history.ts'
import { runProgram, withPrograms } from './query-processes.ts'

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
  const page = { direct: `${query.url}/posts/post-7`, through: `${gateway.url}/api/posts/post-7` }
  const bytes = (await (await fetch(page.through)).arrayBuffer()).byteLength
  console.log(`a page of ${(bytes / 1_024).toFixed(1)} KiB, ten comments`)
  await compare(page, { name: 'readers of one page', distinct: false })
  await compare(page, { name: 'readers of a page each', distinct: true })
  // With Prefer a read depends on more than its address, so that the gateway shares and keeps nothing.
  await compare(page, {
    name: 'the same, each streamed',
    distinct: true,
    header: 'Prefer: wait=0',
  })
  const [alone, added] = [await p50(page.direct), await p50(page.through)]
  console.log(
    `${'one reader, one request at a time'.padEnd(34)} ${added.toFixed(3)} ms p50 over ${alone.toFixed(3)} ms directly = ${(added - alone).toFixed(3)} ms added`,
  )
})
await compareSignedIn()
