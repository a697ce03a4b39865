import { setImmediate as afterIo } from 'node:timers/promises'
import { repeat } from '@logbook/chassis/async/repeat.ts'
import type { LogStore, StoredPage } from '@logbook/chassis/log/log-store.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { limits } from '../limits.ts'
import type { Feed } from './delivery.ts'
import type { Subscription } from './subscription.ts'

const backoffMs = { initial: 100, max: 5_000 } as const

const feedOf = ({ events, position }: StoredPage, checksum: string, prefix: string): Feed => ({
  position,
  checksum,
  events: events.flatMap((text) => {
    const { position, id, subject, time } = JSON.parse(text) as RecordedEvent
    return subject.startsWith(prefix) ? [{ position, id, subject, time: Date.parse(time) }] : []
  }),
})

/** Why the log is not read at present; undefined where it can be read. */
const obstacle = ({ state }: Subscription): string | undefined =>
  state.window.parked >= limits.parkedMax
    ? `${limits.parkedMax} events are parked. Replay or skip some, and it goes on.`
    : undefined

/**
 * Reads the log after the subscription's cursor into its window, a page at a time, while there is room: undelivered events stay in the
 * log, not in memory. A wake-up only means "look again". Resolves when `ended` aborts.
 */
export const feedFromLog = async (
  subscription: Subscription,
  {
    store,
    logger,
    ended,
  }: { store: Pick<LogStore, 'read' | 'head' | 'checksumAt'>; logger: Logger; ended: AbortSignal },
): Promise<void> => {
  const feedOne = async (): Promise<void> => {
    const { run, cursor, revision, settings } = subscription.run
    const { types, subjectPrefix = '' } = settings
    const room = limits.windowMax - subscription.state.window.size
    const request = { after: cursor, limit: Math.min(room, limits.chunkEventsMax) }
    const page = await store.read({
      ...request,
      bytesMax: limits.chunkBytesMax,
      ...(types === undefined ? {} : { types }),
    })
    const checksum = (await store.checksumAt(page.position)) ?? ''
    const now = subscription.run
    // A reset, a change of the filter or a failed commit came between: this page is not the next one.
    if (ended.aborted || now.run !== run || now.cursor !== cursor || now.revision !== revision) return
    subscription.feed(feedOf(page, checksum, subjectPrefix))
  }

  /** Adds a mark for a cursor that was set rather than read up to. */
  const markCursor = async (): Promise<void> => {
    const { run, cursor } = subscription.run
    if (cursor === 0 || subscription.state.marks.at(-1)?.position === cursor) return
    const checksum = await store.checksumAt(cursor)
    const now = subscription.run
    if (ended.aborted || checksum === undefined || now.run !== run || now.cursor !== cursor) return
    subscription.change((state) => state.mark(checksum))
  }

  const mayRead = (): boolean => {
    const head = store.head()
    const { run, state } = subscription
    subscription.fault = obstacle(subscription) ?? null
    // Half a window at a time, so that the log is not read event by event for a slow consumer.
    const room = state.window.size <= limits.windowMax / 2
    return subscription.fault === null && room && run.state !== 'ended' && run.cursor < head
  }

  const turn = async (): Promise<void> => {
    await markCursor()
    // Nothing is awaited from here to the wait, so an append is either seen in the head or wakes.
    if (mayRead()) await feedOne()
    else await subscription.room.next({ signal: ended })
    await afterIo()
  }
  await repeat(turn, {
    ...{ signal: ended, backoffMs },
    onFailure(error) {
      subscription.fault = error instanceof Error ? error.message : String(error)
      logger.error({ err: error }, 'a subscription could not read the log')
    },
  })
}
