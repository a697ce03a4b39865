import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const data = fileURLToPath(new URL('../../../../shared/data', import.meta.url))

/** Two real blogs that stand beside a developer's checkout. They are not part of it, so tests on them are skipped elsewhere. */
export const realBlogs = {
  wordpress: `${data}/wordpress/themeunittestdata.wordpress.xml`,
  jekyll: `${data}/jekyll`,
}

/** For a test's name, so that a skipped one says why. */
export const whereAbsent = ' (skipped where ../shared/data is absent)'
export const isAbsent = !existsSync(realBlogs.wordpress) || !existsSync(realBlogs.jekyll)
