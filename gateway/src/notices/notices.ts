import type { Logger } from '@logbook/chassis/logger.ts'
import { inboxesChanged } from '@logbook/contracts/http/notifications.ts'
import { Pool } from 'undici'
import { followStream, type StreamBounds } from '../follow-stream.ts'
import { type CountsBounds, createCounts } from './counts.ts'
import { createNoticePages, type InboxWatch, type PagesBounds } from './pages.ts'

export interface NoticesBounds extends StreamBounds, CountsBounds {
  pages: PagesBounds
  /** Questions at a time about the people whose pages are open, when the stream begins again. */
  questionsMax: number
}

interface NoticesOptions {
  url: string
  serviceToken: string
  bounds: NoticesBounds
  nowMs?: (() => number) | undefined
  logger: Logger
}

/**
 * How many notices each person has not read, for the header of every page and for pages that are open. One stream from notifications says
 * whose inbox changes; a count is asked for once and remembered until then. No page depends on it: while notifications is away, none shows one.
 */
export const createNotices = ({
  url,
  serviceToken,
  bounds,
  nowMs = () => performance.now(),
  logger,
}: NoticesOptions) => {
  const counts = createCounts({ url, serviceToken, bounds, nowMs })
  const pages = createNoticePages(bounds.pages, nowMs)
  const feed = new Pool(url, { connections: 1, allowH2: false })
  const stop = new AbortController()
  let following: Promise<void> | undefined

  /** People whose pages are open and could not be told: they are after a moment. */
  const behind = new Set<string>()
  let timer: NodeJS.Timeout | undefined

  const tell = async (personId: string, position = 0): Promise<void> => {
    const unread = await counts.of(personId, position)
    if (unread !== undefined) return pages.tell(personId, unread)
    // Once the stream begins again, all are told.
    if (!pages.has(personId) || !counts.isTold()) return
    behind.add(personId)
    timer ??= setTimeout(tellBehind, bounds.restMs).unref()
  }

  const tellAll = async (people: string[]): Promise<void> => {
    const worker = async () => {
      for (let next = people.pop(); next !== undefined; next = people.pop()) await tell(next)
    }
    await Promise.all(Array.from({ length: bounds.questionsMax }, worker))
  }

  function tellBehind(): void {
    timer = undefined
    const people = [...behind]
    behind.clear()
    void tellAll(people)
  }

  const follow = (): Promise<void> =>
    followStream(
      {
        ...{ dispatcher: feed, path: '/inbox/feed', service: 'notifications', what: 'changes of inboxes' },
        ...{ headers: { authorization: `Bearer ${serviceToken}` }, bounds, logger },
        onEvent({ id, event, data }, { begun }) {
          if (event === 'begin') {
            counts.told(true)
            begun()
            void tellAll(pages.people())
          } else {
            const { people } = inboxesChanged.parse(JSON.parse(data))
            for (const personId of people) {
              counts.forget(personId)
              if (pages.has(personId)) void tell(personId, Number(id))
            }
          }
        },
        onEnd: () => counts.told(false),
      },
      stop.signal,
    )

  const end = async (): Promise<void> => {
    clearTimeout(timer)
    pages.end()
    stop.abort()
    await following
  }

  return {
    known: counts.known,
    of: counts.of,
    forget: counts.forget,
    /** Tells a page of a person how many of their notices are unread, now and with each change. Throws where too many are open. */
    watch(personId: string, watch: InboxWatch): void {
      pages.open(personId, watch)
      void tell(personId)
    },
    start(): void {
      following ??= follow()
    },
    drain: () => void end(),
    async close(): Promise<void> {
      await end()
      await Promise.all([counts.close(), feed.destroy()])
    },
  }
}
export type Notices = ReturnType<typeof createNotices>
