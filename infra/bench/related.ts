import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { pause } from '@logbook/chassis/async/pause.ts'
import { systemClock } from '@logbook/chassis/clock.ts'
import { createLogger } from '@logbook/chassis/logger.ts'
import { createView, type View } from '@logbook/query/follower.ts'
import { openView } from '@logbook/query/open.ts'
import type { PostRow } from '@logbook/query/projections/post-rows.ts'
import { createPreparedRelated } from '@logbook/query/related/prepared.ts'
import { blogBus } from './query-blog.ts'
import { aim } from './query-pages.ts'

const { values } = parseArgs({ options: { small: { type: 'boolean', default: false } } })
const size = {
  posts: values.small ? 10_000 : 100_000,
  commentsPerPost: 5,
  people: values.small ? 1_000 : 10_000,
}
const samples = 1_000

const sorted = (took: readonly number[]) => {
  const inOrder = took.toSorted((one, other) => one - other)
  const at = (share: number) => inOrder[Math.floor(inOrder.length * share)] ?? Number.NaN
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}

const msOf = (work: () => unknown): number => {
  const begun = performance.now()
  work()
  return performance.now() - begun
}

const print = (name: string, took: readonly number[], note = ''): void => {
  const { p50, p95, p99 } = sorted(took)
  console.log(
    `${name.padEnd(44)} p50 ${p50.toFixed(2)} ms, p95 ${p95.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms${note}`,
  )
}

/** Posts spread over the blog. */
const rowsOf = ({ projections }: View): PostRow[] =>
  Array.from({ length: samples }, (_, n) =>
    projections.posts.bySlug(`post-${Math.floor((n * size.posts) / samples)}`),
  ).flatMap((row) => row ?? [])

/** The page of each post, with the related posts that are prepared and without any, in turn. */
const measurePages = (view: View, rows: readonly PostRow[]): void => {
  const prepared = createPreparedRelated({ current: () => view, onChanged: () => {} })
  for (const row of rows) prepared.json(row)
  const pageMs = (row: PostRow, related: () => string): number =>
    msOf(() =>
      view.answers.page(row, { sort: 'newest', after: undefined, asOf: undefined, related: related() }),
    )
  const took = { without: [] as number[], with: [] as number[] }
  for (let round = 0; round < 5; round++)
    for (const row of rows) {
      // The first of the two would read the rows of the page from the file.
      pageMs(row, () => '[]')
      took.without.push(pageMs(row, () => '[]'))
      took.with.push(pageMs(row, () => prepared.json(row)))
    }
  print('the data of a page without related posts', took.without)
  const ratio = sorted(took.with).p50 / sorted(took.without).p50
  print(
    '… with those that are prepared',
    took.with,
    ` = ${ratio.toFixed(2)} of it (${aim(ratio <= 1.1, '≤ 1.1')})`,
  )
  prepared.close()
}

const measure = async (view: View): Promise<void> => {
  const begun = performance.now()
  view.follower.start()
  while (!(view.follower.caughtUp && view.search.follower.caughtUp)) await pause(200)
  const seconds = (performance.now() - begun) / 1_000
  const head = `${size.posts} posts, ${size.posts * size.commentsPerPost} comments of ${size.people} people`
  console.log(`${head}, read and indexed in ${seconds.toFixed(0)} s`)
  const rows = rowsOf(view)
  const found = { posts: 0, reasons: 0 }
  const took = rows.map((row) =>
    msOf(() => {
      const related = view.related.of(row)
      found.posts += related.length
      found.reasons += related.filter(({ reason }) => reason.includes('people')).length
    }),
  )
  print('related posts of one post', took, ` (${aim(sorted(took).p50 < 15, 'p50 < 15 ms')})`)
  console.log(`  ${found.posts} found for ${rows.length} posts, ${found.reasons} of them by people in common`)
  measurePages(view, rows)
}

const folder = mkdtempSync(join(tmpdir(), 'bench-related-'))
const view = createView({
  bus: blogBus(size, { forAll: true }),
  files: openView(join(folder, 'query.sqlite')),
  logger: createLogger({ service: 'bench', level: 'warn' }),
  clock: systemClock,
})
try {
  await measure(view)
} finally {
  await view.close()
  rmSync(folder, { recursive: true, force: true })
}
