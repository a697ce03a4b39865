import { join } from 'node:path'
import type { BlogSize } from './query-blog.ts'
import { aim, load } from './query-pages.ts'
import { type Bench, median, type Running } from './query-processes.ts'

const rounds = 3
const caughtUpMsMax = 120_000

interface Wanted {
  size: BlogSize
  /** Whether search has something to find too. */
  forAll: boolean
}

export const startBlog = ({ start, folder }: Bench, name: string, wanted: Wanted): Promise<Running> =>
  start('infra/bench/query-blog-server.ts', {
    BLOG: JSON.stringify(wanted),
    DATABASE: join(folder, `${name}.sqlite`),
  })

export const caughtUp = async (
  { url }: Running,
  isThere: (health: { ready: boolean; search: { caughtUp: boolean } }) => boolean,
) => {
  const deadline = performance.now() + caughtUpMsMax
  for (;;) {
    const answer = await fetch(`${url}/health`)
    if (isThere((await answer.json()) as Parameters<typeof isThere>[0])) return
    if (performance.now() > deadline) throw new Error('The view was not built in time.')
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

const compare = async (name: string, large: string, small: string, least: number): Promise<void> => {
  const of = { large: [] as number[], small: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    of.small.push(await load(small))
    of.large.push(await load(large))
  }
  const [more, less] = [median(of.large), median(of.small)]
  console.log(
    `${name.padEnd(34)} ${Math.round(more)}/s over ${Math.round(less)}/s = ${(more / less).toFixed(2)} (${aim(more / less >= least, `≥ ${least}`)})`,
  )
}

/** Median milliseconds of a page that no cache has, asked for one after the other. */
export const uncachedMs = async (urlOf: (n: number) => string): Promise<number> => {
  const took: number[] = []
  for (let n = 0; n < 60; n++) {
    const begun = performance.now()
    const answer = await fetch(urlOf(n))
    await answer.arrayBuffer()
    if (answer.status !== 200) throw new Error(`${answer.url}: ${answer.status}`)
    took.push(performance.now() - begun)
  }
  return median(took)
}

/** The home list of a large blog over that of a small one, and the page of a long thread over that of a short one. */
export const benchSizes = async (bench: Bench): Promise<void> => {
  const small = await startBlog(bench, 'small', {
    size: { posts: 100, commentsPerPost: 10, commentsOnLast: 10_000 },
    forAll: false,
  })
  const large = await startBlog(bench, 'large', {
    size: { posts: 100_000, commentsPerPost: 10 },
    forAll: false,
  })
  await caughtUp(small, ({ ready }) => ready)
  await caughtUp(large, ({ ready }) => ready)
  await compare('home list, 100,000 posts over 100', `${large.url}/posts`, `${small.url}/posts`, 0.8)
  // An address that was never asked for is answered from the rows.
  const [ours, theirs] = [
    await uncachedMs((n) => `${large.url}/posts?fresh=${n}`),
    await uncachedMs((n) => `${small.url}/posts?fresh=${n}`),
  ]
  console.log(`${'… each time from the rows'.padEnd(34)} ${ours.toFixed(2)} ms over ${theirs.toFixed(2)} ms`)
  await compare(
    'page, 10,000 comments over 10',
    `${small.url}/posts/post-99`,
    `${small.url}/posts/post-7`,
    0.5,
  )
  await small.stop()
  await large.stop()
}

const queries = [
  'w3ing',
  'w3ing w20ing',
  '"w1ing w2ing"',
  'w2ck',
  'wck*',
  'w0ing w1ing w2ing',
  'post 77',
  'w9 w10ing',
  'nowhere',
]

/** Each query 39 times; returns what a share of the answers took at most. */
const searchesMs = async (urlOf: (q: string) => string): Promise<(share: number) => number> => {
  const took: number[] = []
  for (let n = 0; n < 40 * queries.length; n++) {
    const begun = performance.now()
    const answer = await fetch(urlOf(encodeURIComponent(queries[n % queries.length] ?? '')))
    await answer.arrayBuffer()
    if (answer.status !== 200) throw new Error(`search answered ${answer.status}`)
    if (n >= queries.length) took.push(performance.now() - begun)
  }
  took.sort((one, other) => one - other)
  return (share) => took[Math.floor(took.length * share)] ?? Number.NaN
}

/** How long a search over 100,000 posts takes, for rare words, common ones, phrases and beginnings. */
export const benchSearch = async (bench: Bench): Promise<void> => {
  const posts = 100_000
  const blog = await startBlog(bench, 'search', {
    size: { posts, commentsPerPost: 0 },
    forAll: true,
  })
  await caughtUp(blog, ({ search }) => search.caughtUp)
  const now = await searchesMs((q) => `${blog.url}/search?q=${q}`)
  const then = await searchesMs((q) => `${blog.url}/search?q=${q}&asOf=${posts / 2}`)
  console.log(
    `${'search over 100,000 posts'.padEnd(34)} p50 ${now(0.5).toFixed(1)} ms, p95 ${now(0.95).toFixed(1)} ms (${aim(now(0.5) < 10, 'p50 < 10 ms')})`,
  )
  console.log(
    `${'… as of the half of them'.padEnd(34)} p50 ${then(0.5).toFixed(1)} ms, p95 ${then(0.95).toFixed(1)} ms`,
  )
  await blog.stop()
}
