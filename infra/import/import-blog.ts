import { setImmediate as afterIo } from 'node:timers/promises'
import type { AddressBook } from '@logbook/importer/addresses.ts'
import type { Blog, Entry } from '@logbook/importer/entry.ts'
import { withPictures } from '@logbook/importer/pictures/with-pictures.ts'
import { type Ask, createAsk, ServiceFailed } from '../http/ask.ts'
import { limits } from './limits.ts'
import { type DecisionUrls, sendDecision, wouldDecide } from './send/decisions.ts'
import { createHeld } from './send/held.ts'
import { createImportClient } from './send/import-client.ts'
import { createMediaClient } from './send/media-client.ts'
import { createPictureSender } from './send/pictures.ts'
import type { Progress } from './send/progress.ts'
import { createDrySender, createSender, type Sender } from './send/sender.ts'
import { type SettingsUrls, sendSettings, wouldSend } from './send/settings.ts'
import { type ReportLine, type Summary, Tally } from './send/tally.ts'

export interface ImportOptions {
  postsUrl: string
  commentsUrl: string
  /** Without it, pictures stay where they are. */
  mediaUrl?: string | undefined
  /** Without them, what the blog says of itself is not sent. */
  settingsUrls?: SettingsUrls | undefined
  /** Likewise what was decided for it as a whole beside its settings. */
  decisionUrls?: DecisionUrls | undefined
  /** The operator's. */
  token?: string | undefined
  dryRun: boolean
  progress: Progress
  /** Hears of each thing that is skipped, refused or noted. */
  report?: (line: ReportLine) => void
  /** Milliseconds before a request that failed is made again for the first time. */
  retryMsMin?: number
  /** Ends the import: of what is under way, pictures go on in the blog, and texts come with the next run. */
  signal?: AbortSignal | undefined
  /** Milliseconds without a change of any picture after which the import ends. */
  pictureStallMsMax?: number | undefined
}

interface Counting {
  sender: Sender
  tally: Tally
  progress: Progress
}

/** Sends a text or comment, and counts or tells everything else. */
const forwardTo = async ({ sender, tally, progress }: Counting, entry: Entry): Promise<void> => {
  if (entry.type === 'post') await sender.post(entry)
  else if (entry.type === 'comment') await sender.comment(entry)
  else if (entry.type === 'note') tally.note(entry)
  else if (entry.type === 'progress') progress.at(entry)
  else if (entry.type !== 'picture') tally.left(entry.type, entry)
}

interface BringingDecisions {
  ask: Ask
  urls: DecisionUrls
  dryRun: boolean
  tally: Tally
}

const bringDecisions = async (blog: Blog, { ask, urls, dryRun, tally }: BringingDecisions): Promise<void> => {
  for (const each of blog.decisions ?? []) {
    const url = urls[each.of]
    const { fault, ...outcome } = dryRun ? wouldDecide(each) : await sendDecision(each, { ask, url })
    if (fault !== undefined) tally.note({ where: each.where, reason: fault })
    tally.settings(outcome)
  }
}

/**
 * Reads a blog and sends it through the services as it is read. A service that fails ends it early, which the summary
 * says; everything else is counted and goes on.
 */
export const importBlog = async (blog: Blog, options: ImportOptions): Promise<Summary> => {
  const {
    postsUrl,
    commentsUrl,
    mediaUrl,
    settingsUrls: urls,
    decisionUrls = {},
    dryRun,
    progress,
    report,
    pictureStallMsMax: stallMsMax,
    token,
  } = options
  const tally = new Tally(report)
  const ask = createAsk({
    ...{ authorization: token && `Bearer ${token}`, retryMsMin: options.retryMsMin },
    onRetry: (said) => progress.say(`${said}; trying again`),
  })
  const client = (url: string) => createImportClient(url, ask)
  const sender = dryRun
    ? createDrySender(tally)
    : createSender({ posts: client(postsUrl), comments: client(commentsUrl), tally })
  const pictures =
    mediaUrl === undefined || dryRun
      ? undefined
      : createPictureSender({
          client: createMediaClient(mediaUrl, ask),
          tally,
          progress,
          stallMsMax,
          signal: options.signal,
        })
  const held = createHeld((entry) => forwardTo({ sender, tally, progress }, entry))
  const take = async (entry: Entry): Promise<void> => {
    if (entry.type !== 'picture')
      await held.push(entry, entry.type === 'post' && entry.pictures ? pictures?.placed(entry) : undefined)
    else if (pictures === undefined) tally.came('picture', 'imported')
    else await pictures.begin(entry)
  }
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
    await bringDecisions(blog, { ask, urls: decisionUrls, dryRun, tally })
    const { entries } = mediaUrl === undefined ? blog : withPictures(blog)
    for await (const entry of entries(book)) {
      if (options.signal?.aborted) throw new ServiceFailed('it was ended; run it again to bring the rest')
      // What is read from a folder never waits: requests that are under way would, until their number is full.
      if (performance.now() - begun > limits.readingMsMax) {
        await afterIo()
        begun = performance.now()
      }
      await take(entry)
    }
    await held.end()
    await sender.end()
    await pictures?.end()
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
