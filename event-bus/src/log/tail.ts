import type { ReadRequest, StoredPage } from '@logbook/chassis/log/log-store.ts'

export interface TailEvent {
  position: number
  type: string
  /** As it is served, with what it weighs in UTF-8. */
  text: string
  bytes: number
}

/** How much of the log's end is kept. */
export type TailBounds = Record<'eventsMax' | 'bytesMax', number>

/** The end of the log in memory, as it was written: who has caught up is served from it, and the file is not read once for each of them. */
export interface Tail {
  /** Takes what was committed, in order. */
  add(events: readonly TailEvent[]): void
  /** All that is after a position, matching and bounded like a read of the file; undefined where more is asked for than is here. */
  read(request: ReadRequest): Omit<StoredPage, 'more'> | undefined
}

/** `head` is where the log ends when this begins. */
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
      // Now and then, since each time costs as much as all that is kept.
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
