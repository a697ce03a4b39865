import { setImmediate as afterIo } from 'node:timers/promises'
import type { AddressBook } from '@logbook/importer/addresses.ts'
import type { Blog } from '@logbook/importer/entry.ts'
import { limits } from './limits.ts'
import { createImportClient } from './send/import-client.ts'
import type { Progress } from './send/progress.ts'
import { createAsk, ServiceFailed } from './send/requests.ts'
import { createDrySender, createSender } from './send/sender.ts'
import { type SettingsUrls, sendSettings, wouldSend } from './send/settings.ts'
import { type ReportLine, type Summary, Tally } from './send/tally.ts'

export interface ImportOptions {
  postsUrl: string
  commentsUrl: string
  /** Without them, what the blog says of itself is not sent. */
  settingsUrls?: SettingsUrls | undefined
  /** The operator's. */
  token?: string | undefined
  dryRun: boolean
  progress: Progress
  /** Hears of each thing that is skipped, refused or noted. */
  report?: (line: ReportLine) => void
  /** Milliseconds before a request that failed is made again for the first time. */
  retryMsMin?: number
}

/**
 * Reads a blog and sends it through the services as it is read. A service that fails ends it early, which the summary
 * says; everything else is counted and goes on.
 */
export const importBlog = async (blog: Blog, options: ImportOptions): Promise<Summary> => {
  const { postsUrl, commentsUrl, settingsUrls: urls, dryRun, progress, report, ...retry } = options
  const tally = new Tally(report)
  const ask = createAsk({ onRetry: (said) => progress.say(`${said}; trying again`), ...retry })
  const client = (url: string) => createImportClient(url, ask)
  const sender = dryRun
    ? createDrySender(tally)
    : createSender({ posts: client(postsUrl), comments: client(commentsUrl), tally })
  const bringSettings = async (book: AddressBook): Promise<void> => {
    const found = blog.settings?.(book)
    if (found === undefined || urls === undefined) return
    for (const reason of found.faults) tally.note({ where: found.where, reason })
    tally.settings(dryRun ? wouldSend(found) : await sendSettings(found, { ask, urls }))
  }
  let stopped: string | null = null
  try {
    let begun = performance.now()
    const book = await sender.book(blog.wanted)
    await bringSettings(book)
    for await (const entry of blog.entries(book)) {
      // What is read from a folder never waits: requests that are under way would, until their number is full.
      if (performance.now() - begun > limits.readingMsMax) {
        await afterIo()
        begun = performance.now()
      }
      if (entry.type === 'post') await sender.post(entry)
      else if (entry.type === 'comment') await sender.comment(entry)
      else if (entry.type === 'note') tally.note(entry)
      else if (entry.type === 'progress') progress.at(entry)
      else tally.left(entry.type, entry)
    }
    await sender.end()
  } catch (error) {
    if (!(error instanceof ServiceFailed)) throw error
    stopped = error.message
  } finally {
    progress.end()
  }
  return tally.summary({ format: blog.format, identity: blog.identity, dryRun, stopped })
}

/** Nothing was refused and everything was sent. */
export const isComplete = ({ counts, stopped }: Summary): boolean =>
  stopped === null && Object.values(counts).every(({ refused }) => refused === 0)
