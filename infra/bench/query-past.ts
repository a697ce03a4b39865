import { aim } from './query-pages.ts'
import type { Bench } from './query-processes.ts'
import { caughtUp, startBlog, uncachedMs } from './query-sizes.ts'

const size = { posts: 1_000, commentsPerPost: 10 }
const rounds = 5
// The middle of the log: post 500 and its comments are there, and half of the posts are not yet.
const asOf = 5_511

/** The page and the list as of a position, over the live ones; no cache has any of them. */
export const benchPast = async (bench: Bench): Promise<void> => {
  const blog = await startBlog(bench, 'past', { size, forAll: false })
  await caughtUp(blog, ({ ready }) => ready)
  for (const [name, path] of [
    ['a page of the past', '/posts/post-500'],
    ['a list of the past', '/posts'],
  ] as const) {
    const took = { live: Number.POSITIVE_INFINITY, past: Number.POSITIVE_INFINITY }
    for (let round = 0; round < rounds; round++) {
      const fresh = (n: number) => `fresh=${round}-${n}`
      // In turn, the best of each: what is measured takes as long as a short pause of the machine.
      took.live = Math.min(took.live, await uncachedMs((n) => `${blog.url}${path}?${fresh(n)}`))
      took.past = Math.min(took.past, await uncachedMs((n) => `${blog.url}${path}?asOf=${asOf}&${fresh(n)}`))
    }
    const ratio = took.live / took.past
    console.log(
      `${`${name}, over now`.padEnd(34)} ${took.past.toFixed(2)} ms over ${took.live.toFixed(2)} ms = ${ratio.toFixed(2)} of its rate (${aim(ratio >= 0.5, '≥ 0.5')})`,
    )
  }
  await blog.stop()
}
