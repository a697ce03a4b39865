import { Problem } from '@logbook/chassis/problem.ts'
import type { Response } from 'express'
import { limits } from '../limits.ts'

export type InboxStreams = ReturnType<typeof createInboxStreams>

/** Pages that are told at once when their person has something new (server-sent events). A message says so, and no more. */
export const createInboxStreams = () => {
  const byPerson = new Map<string, Set<Response>>()
  let count = 0
  const heartbeat = setInterval(() => {
    for (const pages of byPerson.values()) for (const page of pages) page.write(':\n\n')
  }, limits.heartbeatMs).unref()

  return {
    /** Throws `too-many` where a person, or everyone together, has as many open as may be. */
    open(personId: string, res: Response): void {
      const pages = byPerson.get(personId) ?? new Set()
      if (count >= limits.inboxStreamsMax || pages.size >= limits.inboxStreamsPerPersonMax)
        throw new Problem('too-many', { detail: 'Too many pages of this person are told.', retryAfter: 60 })
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
    /** Ends all of them: they would stay open for ever. */
    drain(): void {
      clearInterval(heartbeat)
      for (const pages of byPerson.values()) for (const page of pages) page.end()
    },
  }
}
