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

/**
 * The bus's server-sent events as pages, one for each chunk that the network brought and that moves the position or ends the
 * history. The next chunk is not read before the page is taken, so a slow consumer slows the bus, not the memory.
 */
export async function* liveEvents(
  stream: Readable,
  { after, silenceMsMax }: { after: number; silenceMsMax: number },
): AsyncGenerator<Page & { caughtUp: boolean }> {
  let page: Page = { events: [], position: after }
  let caughtUp = false
  let news = false
  const parser = createParser({
    onEvent({ event, id, data }) {
      news = true
      if (event === 'log') return noteMark(page, data)
      page.position = Number(id)
      if (event === undefined) page.events.push(JSON.parse(data) as RecordedEvent)
      else if (event === 'caught-up') caughtUp = true
      else if (event === 'fell-behind') caughtUp = false
    },
  })
  const chunks: AsyncIterator<string> = stream.setEncoding('utf8')[Symbol.asyncIterator]()
  try {
    for (;;) {
      const chunk = await nextChunk(chunks, { stream, silenceMsMax })
      if (chunk === undefined) return
      parser.feed(chunk)
      if (!news) continue
      const full = page
      page = { events: [], position: full.position }
      news = false
      yield { ...full, caughtUp }
    }
  } finally {
    stream.destroy()
  }
}
