import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Blog } from '../entry.ts'
import { openBlog } from '../open-blog.ts'
import { type Collected, collect } from './collect.ts'

/** In the nearest folder around this checkout that has it. */
const besideCheckout = (path: string): string => {
  const roots = [5, 6].map((levels) => new URL('../'.repeat(levels) + path, import.meta.url))
  return fileURLToPath(roots.find((each) => existsSync(each)) ?? (roots[0] as URL))
}
const data = besideCheckout('shared/data')

/** Two real blogs that stand beside a developer's checkout. They are not part of it, so tests on them are skipped elsewhere. */
export const realBlogs = {
  wordpress: `${data}/wordpress/themeunittestdata.wordpress.xml`,
  jekyll: `${data}/jekyll`,
}

const read = new Map<keyof typeof realBlogs, Promise<{ blog: Blog; found: Collected }>>()

/** A real blog, read once for all tests of this process, with the addresses that it has in an empty Logbook. */
export const readReal = (which: keyof typeof realBlogs): Promise<{ blog: Blog; found: Collected }> => {
  const readNow = async () => {
    const blog = await openBlog({ path: realBlogs[which], now: new Date('2026-01-01T00:00:00Z') })
    const found = await collect(blog)
    const again = async function* () {
      yield* found.entries
    }
    return { blog: { ...blog, entries: again }, found }
  }
  const known = read.get(which) ?? readNow()
  read.set(which, known)
  return known
}

/** For a test's name, so that a skipped one says why. */
export const whereAbsent = ' (skipped where ../shared/data is absent)'
export const isAbsent = !existsSync(realBlogs.wordpress) || !existsSync(realBlogs.jekyll)
