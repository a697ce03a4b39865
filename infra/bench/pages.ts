import { blogOf } from '../e2e/blog.ts'
import { join } from '../e2e/joining.ts'
import { type Logbook, startLogbook } from '../e2e/logbook.ts'
import { slugOf, writerOf } from './pages-blog.ts'
import { measureBrowser } from './pages-browser.ts'
import { measurePaint } from './pages-paint.ts'
import { asBrowser, browserHead, compareRates, type Rates } from './pages-rates.ts'
import { measureRendering, memoryMiB } from './pages-rendering.ts'
import { type Bench, withPrograms } from './query-processes.ts'

const isSmall = process.argv.includes('--small')
const size = isSmall
  ? { posts: 105, longPosts: 8, seconds: 1, rounds: 1 }
  : { posts: 1_005, longPosts: 40, seconds: 2, rounds: 3 }
const commentsPerSecond = 50
const { posts, longPosts, seconds, rounds } = size

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, n) => from + n)
const pathOf = (n: number): string => `/posts/${slugOf(n)}`

type Writer = ReturnType<typeof writerOf>

/** Comments on posts all over the blog, so many a second, until it is ended. */
const commentBeside = (writer: Writer) => () => {
  let count = 0
  let running: Promise<unknown> = Promise.resolve()
  const timer = setInterval(() => {
    const post = (count++ * 7) % posts
    running = Promise.all([running, writer.comment(post)])
  }, 1_000 / commentsPerSecond)
  return () => {
    clearInterval(timer)
    return running
  }
}

const measureRates = async (bench: Bench, logbook: Logbook, writer: Writer): Promise<void> => {
  const [long, usual, last] = [0, longPosts, posts - 1]
  const { Cookie } = await join(blogOf(logbook), {
    ...{ email: 'reader@example.org', name: 'A reader', role: 'reader' },
  })
  const base = { url: logbook.url('gateway'), head: asBrowser, seconds, rounds }
  const all = range(usual, posts).map(pathOf)
  const rows: Omit<Rates, keyof typeof base>[] = [
    { name: 'a post for everyone', paths: [pathOf(last)], atLeast: 0.6 },
    { name: '… a long one', paths: [pathOf(long)], atLeast: 0.6 },
    { name: 'the home page', paths: ['/'], atLeast: 0.6 },
    { name: `${all.length} different posts in turn`, paths: all, atLeast: 0.4 },
    {
      name: `… while ${commentsPerSecond} comments a second arrive`,
      ...{ paths: all, atLeast: 0.3, beside: commentBeside(writer) },
    },
  ]
  for (const row of rows) await compareRates(bench, { ...base, ...row })
  const plain = { ...base, head: browserHead('identity'), paths: [pathOf(last)], atLeast: 0.6 }
  await compareRates(bench, { ...plain, name: 'a post for everyone, uncompressed' })
  const signedIn = { ...base, head: [...asBrowser, `Cookie: ${Cookie}`], atLeast: 0.1 }
  await compareRates(bench, {
    ...signedIn,
    name: 'a post for a reader with an account',
    paths: [pathOf(last)],
  })
}

/** Reading pages of a whole Logbook, as HTML, by those who have no account and by one who has. */
await withPrograms(async (bench) => {
  const logbook = await startLogbook()
  const writer = writerOf(logbook)
  try {
    await writer.blog({ posts, longPosts })
    await blogOf(logbook).settled()
    const client = { pid: logbook.pid('client') ?? 0, url: logbook.url('client') }
    const half = Math.floor((longPosts + posts) / 2)
    await measureRendering({
      ...{ name: 'first render of a post, 10 comments', ...client, msMax: 8 },
      posts: range(longPosts, isSmall ? posts : half),
    })
    await measureRendering({
      ...{ name: 'first render of a long post, 35 comments', ...client, msMax: 40 },
      posts: range(0, longPosts),
    })
    const gateway = logbook.pid('gateway') ?? 0
    const before = memoryMiB(gateway)
    await measureRates(bench, logbook, writer)
    console.log(
      `${'memory of the gateway'.padEnd(40)} ${Math.round(memoryMiB(gateway))} MiB after all pages, ${Math.round(before)} MiB before`,
    )
    await measureBrowser(`${logbook.url('gateway')}${pathOf(0)}`)
    await measurePaint(`${logbook.url('gateway')}${pathOf(0)}`)
  } finally {
    writer.close()
    await logbook.close()
  }
})
