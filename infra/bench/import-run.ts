import { openBlog } from '@logbook/importer/open-blog.ts'
import { importBlog } from '../import/import-blog.ts'
import { silentProgress } from '../import/send/progress.ts'
import type { Summary } from '../import/send/tally.ts'

export interface ImportTask {
  path: string
  postsUrl: string
  commentsUrl: string
  token?: string
}

export interface ImportRun {
  counts: Summary['counts']
  stopped: string | null
  /** The most memory that was resident, in MB. */
  residentMB: number
}

// A program that runs one import to its end, as `npm run import` does, and tells its parent what it took.
const { path, ...services }: ImportTask = JSON.parse(process.argv[2] ?? '')
const blog = await openBlog({ path, now: new Date() })
const { counts, stopped } = await importBlog(blog, { ...services, dryRun: false, progress: silentProgress })
const run: ImportRun = { counts, stopped, residentMB: process.resourceUsage().maxRSS / 1_000 }
process.send?.(run, () => process.disconnect?.())
