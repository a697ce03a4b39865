import type { Readable } from 'node:stream'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { logMark } from '@logbook/contracts/http/log-identity.ts'
import { createParser } from 'eventsource-parser'
import { Problem } from '../problem.ts'
import type { Page } from './bus.ts'

/** Reads a chunk, or fails when none comes for so long that the other side must be gone: it sends heartbeats. */
const nextChunk = async (
  chunks: AsyncIterator<string>,
  { stream, silenceMsMax }: { stream: Readable; silenceMsMax: number },
): Promise<string | undefined> => {
  const silent = setTimeout(
    () => stream.destroy(new Problem('unavailable', { detail: `No heartbeat for ${silenceMsMax} ms.` })),
    silenceMsMax,
  )
  try {
    const { done, value } = await chunks.next()
    return done ? undefined : value
  } finally {
    clearTimeout(silent)
  }
}

/** A checkpoint of the page's own place; one of another place says nothing of this one. */
const noteMark = (page: Page, data: string): void => {
  const { data: mark } = logMark.safeParse(JSON.parse(data))
  if (mark?.position === page.position) page.mark = mark
}

/** What a bus that never says where its pages end can make one page of. */
const eventsMax = 1_000

const joined = (before: Page | undefined, { events, ...place }: Page): Page => ({
  ...place,
  events: before === undefined ? events : before.events.concat(events),
})

/** Puts pages together from the events of a stream. */
const createPages = (after: number) => {
  let page: Page = { events: [], position: after }
  let whole: Page | undefined
  let caughtUp = false
  let isMarked = false
  /** Something came whose page has not ended yet. */
  let isCut = false
  let isNews = false
  const { feed } = createParser({
    onEvent({ event, id, data }) {
      isNews = true
      if (event === 'log') {
        isMarked = true
        isCut = false
        noteMark(page, data)
        whole = joined(whole, page)
        page = { events: [], position: page.position }
        return
      }
      page.position = Number(id)
      if (event === 'caught-up' || event === 'fell-behind') caughtUp = event === 'caught-up'
      else isCut = true
      if (event === undefined) page.events.push(JSON.parse(data) as RecordedEvent)
    },
  })
  return {
    feed,
    /** What is complete by now, once; undefined where there is nothing new, or where its end is still to come. */
    take(): (Page & { caughtUp: boolean }) | undefined {
      const waits = isMarked && isCut && page.events.length < eventsMax
      if (whole === undefined && (waits || !isNews)) return undefined
      const full = whole ?? page
      if (whole === undefined) page = { events: [], position: page.position }
      whole = undefined
      isNews = false
      return { ...full, caughtUp }
    },
  }
}

/**
 * The bus's server-sent events as the pages that it sent, which end where it says which log it is: what the network cut is put
 * together again, so that a consumer that writes each page in a transaction has few of them while it is behind. A bus that does
 * not say so gives a page for each chunk. The next chunk is not read before the page is taken, so a slow consumer slows the
 * bus, not the memory.
 */
export async function* liveEvents(
  stream: Readable,
  { after, silenceMsMax }: { after: number; silenceMsMax: number },
): AsyncGenerator<Page & { caughtUp: boolean }> {
  const pages = createPages(after)
  const chunks: AsyncIterator<string> = stream.setEncoding('utf8')[Symbol.asyncIterator]()
  try {
    for (;;) {
      const chunk = await nextChunk(chunks, { stream, silenceMsMax })
      if (chunk === undefined) return
      pages.feed(chunk)
      const page = pages.take()
      if (page !== undefined) yield page
    }
  } finally {
    stream.destroy()
  }
}
