import { join } from 'node:path'
import { writeHistory } from './query-history.ts'
import { benchPages } from './query-pages.ts'
import { type Bench, median, runProgram, withPrograms } from './query-processes.ts'
import type { ReplayAnswer } from './query-replay.ts'
import { benchVerdict } from './query-verdict.ts'

const rounds = 3
const size = { posts: 2_000, commentsPerPost: 15 }
const mebibytes = (bytes: number) => Math.round(bytes / 2 ** 20)

/** Events a second from the log on the bus into query's file, over upserts of the same rows by hand. */
const benchReplay = async ({ start, folder }: Bench): Promise<void> => {
  const bus = await start('event-bus/src/main.ts', { DATABASE: join(folder, 'replay-log.sqlite') })
  const events = await writeHistory({ busUrl: bus.url, ...size })
  const answers: ReplayAnswer[] = []
  for (let round = 0; round < rounds; round++)
    answers.push(
      await runProgram<ReplayAnswer>('infra/bench/query-replay.ts', { busUrl: bus.url, folder, events }),
    )
  await bus.stop()
  const own = median(answers.map(({ replayPerSecond }) => replayPerSecond))
  const peer = median(answers.map(({ rawPerSecond }) => rawPerSecond))
  const [last] = answers.slice(-1)
  console.log(
    `${'replay into an empty file'.padEnd(34)} ${Math.round(own)} events/s over ${Math.round(peer)}/s by hand = ${(own / peer).toFixed(2)} (${events} events)`,
  )
  if (last)
    console.log(
      `${''.padEnd(34)} resident memory ${mebibytes(last.rssEarly)} MiB after a tenth, ${mebibytes(last.rssEnd)} MiB at the end; file ${mebibytes(last.fileBytes)} MiB`,
    )
}

await withPrograms(benchPages)
await withPrograms(benchReplay)
await withPrograms(benchVerdict)
