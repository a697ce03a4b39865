import type { ReadRequest, StoredPage } from '@logbook/chassis/log/log-store.ts'

export interface TailEvent {
  position: number
  type: string
  /** The text as served, and its size in UTF-8. */
  text: string
  bytes: number
}

/** The size of the cache. */
export type TailBounds = Record<'eventsMax' | 'bytesMax', number>

/** A cache of the log's end. Followers that have caught up are served from it, without a read of the file for each. */
export interface Tail {
  /** Adds committed events, in order. */
  add(events: readonly TailEvent[]): void
  /** Matching events after a position, bounded like a read of the file; undefined where the cache does not reach back that far. */
  read(request: ReadRequest): Omit<StoredPage, 'more'> | undefined
}

/** `head` is the position of the log's end at creation. */
export const createTail = (head: number, { eventsMax, bytesMax }: TailBounds): Tail => {
  let events: TailEvent[] = []
  let bytes = 0
  let before = head

  const forgetOldest = () => {
    let gone = 0
    while (events.length - gone > eventsMax || bytes > bytesMax) bytes -= events[gone++]?.bytes ?? 0
    if (gone === 0) return
    before += gone
    events = events.slice(gone)
  }

  return {
    add(more) {
      for (const event of more) {
        events.push(event)
        bytes += event.bytes
      }
      // Rarely, since each eviction costs as much as the whole cache.
      if (events.length > 2 * eventsMax || bytes > 2 * bytesMax) forgetOldest()
    },
    read({ after, types, subject, limit, bytesMax: pageBytesMax = Infinity }) {
      if (after < before || subject !== undefined) return undefined
      const page = { events: [] as string[], positions: [] as number[], position: before + events.length }
      let taken = 0
      for (let index = after - before; index < events.length; index++) {
        const { position, type, text, bytes: size } = events[index] as TailEvent
        if (types !== undefined && !types.includes(type)) continue
        page.events.push(text)
        page.positions.push(position)
        taken += size
        if (page.events.length >= limit || taken >= pageBytesMax) return { ...page, position }
      }
      return { ...page, position: Math.max(after, page.position) }
    },
  }
}
