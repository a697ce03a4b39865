import { join } from 'node:path'
import { rebuildStatus } from '@logbook/contracts/http/rebuild.ts'
import { writeHistory } from './query-history.ts'
import { aim } from './query-pages.ts'
import { asOperator, type Bench, knowsOperator, type Running } from './query-processes.ts'

const size = { posts: 2_000, commentsPerPost: 20 }
const pauseMs = 2
const idleMs = 3_000
const builtMsMax = 60_000

const pause = () => new Promise((resolve) => setTimeout(resolve, pauseMs))

/** Milliseconds of each read, one after the other with a short pause, until `isOver`. */
const readUntil = async ({ url }: Running, isOver: () => boolean): Promise<number[]> => {
  const took: number[] = []
  for (let n = 0; !isOver(); n++) {
    const begun = performance.now()
    const answer = await fetch(`${url}/posts/post-${n % size.posts}`)
    await answer.arrayBuffer()
    took.push(performance.now() - begun)
    if (answer.status !== 200) throw new Error(`A read was answered ${answer.status}`)
    await pause()
  }
  return took
}

const p99 = (took: readonly number[]): number =>
  took.toSorted((one, other) => one - other)[Math.floor(took.length * 0.99)] ?? Number.NaN

const isBuilt = async ({ url }: Running): Promise<boolean> =>
  rebuildStatus.parse(await (await fetch(`${url}/rebuild`, { headers: asOperator })).json()).state === 'ready'

const idleReads = async (query: Running): Promise<number[]> => {
  const end = performance.now() + idleMs
  return readUntil(query, () => performance.now() > end)
}

const readsWhileRebuilding = async (query: Running): Promise<number[]> => {
  const asked = await fetch(`${query.url}/rebuild`, { method: 'POST', headers: asOperator })
  if (asked.status !== 202) throw new Error(`The rebuild was answered ${asked.status}`)
  const end = performance.now() + builtMsMax
  let isOver = false
  const watch = async () => {
    while (!(isOver || (await isBuilt(query)))) await new Promise((resolve) => setTimeout(resolve, 100))
    isOver = true
  }
  const [took] = await Promise.all([
    readUntil(query, () => {
      if (performance.now() > end) throw new Error('The view was not rebuilt in time.')
      return isOver
    }),
    watch(),
  ])
  return took
}

/** The slowest hundredth of reads while the view is rebuilt beside it and compared, over that of reads while nothing else happens. */
export const benchWhileRebuilding = async ({ start, folder }: Bench): Promise<void> => {
  const bus = await start('event-bus/src/main.ts', { DATABASE: join(folder, 'rebuilding-log.sqlite') })
  const events = await writeHistory({ busUrl: bus.url, ...size })
  const query = await start('query/src/main.ts', {
    BUS_URL: bus.url,
    ...knowsOperator(folder),
    DATABASE: join(folder, 'rebuilding.sqlite'),
  })
  await fetch(`${query.url}/posts`, { headers: { 'Min-Position': String(events), Prefer: 'wait=30' } })
  // Once without being counted, until everything is compiled and search has read the log too.
  await idleReads(query)
  await idleReads(query)
  const idle = p99(await idleReads(query))
  const reads = await readsWhileRebuilding(query)
  const busy = p99(reads)
  console.log(
    `${'p99 of reads while rebuilding'.padEnd(34)} ${busy.toFixed(2)} ms over ${idle.toFixed(2)} ms idle = ${(busy / idle).toFixed(2)} (${reads.length} reads; ${aim(busy / idle <= 3, '≤ 3')})`,
  )
  await query.stop()
  await bus.stop()
}
