import { Problem } from '@logbook/chassis/problem.ts'
import type { Response } from 'express'
import { limits } from '../limits.ts'

export type InboxStreams = ReturnType<typeof createInboxStreams>

/** Server-sent events for open pages: an `inbox` event without data for each change of a person's inbox. */
export const createInboxStreams = () => {
  const byPerson = new Map<string, Set<Response>>()
  let count = 0
  const heartbeat = setInterval(() => {
    for (const pages of byPerson.values()) for (const page of pages) page.write(':\n\n')
  }, limits.heartbeatMs).unref()

  return {
    /** Opens a stream. Throws `too-many` beyond the bounds per person and in total. */
    open(personId: string, res: Response): void {
      const pages = byPerson.get(personId) ?? new Set()
      if (count >= limits.inboxStreamsMax || pages.size >= limits.inboxStreamsPerPersonMax)
        throw new Problem('too-many', { detail: 'Too many streams of this inbox are open.', retryAfter: 60 })
      byPerson.set(personId, pages.add(res))
      count++
      res.once('close', () => {
        pages.delete(res)
        count--
        if (pages.size === 0) byPerson.delete(personId)
      })
      res.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store' })
      res.write('retry: 5000\n\n')
    },
    notify(personIds: readonly string[]): void {
      for (const id of personIds)
        for (const page of byPerson.get(id) ?? []) page.write('event: inbox\ndata: {}\n\n')
    },
    /** Ends all streams. */
    drain(): void {
      clearInterval(heartbeat)
      for (const pages of byPerson.values()) for (const page of pages) page.end()
    },
  }
}
