import type { IncomingMessage, ServerResponse } from 'node:http'
import { securityHeaders } from '@logbook/chassis/http/app.ts'
import { Problem } from '@logbook/chassis/problem.ts'

export interface PagesBounds {
  max: number
  perPersonMax: number
  unreadBytesMax: number
  heartbeatMs: number
  reconnectMs: number
  /** A page comes back after this time and shows again who it is. */
  openMsMax: number
}

export interface InboxWatch {
  req: IncomingMessage
  res: ServerResponse
  /** Headers that the answer gets from the gateway: names and values in turn. */
  own: readonly string[]
}

const streamHeaders = {
  ...securityHeaders,
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  // Proxies that gather answers before they pass them on are asked not to.
  'X-Accel-Buffering': 'no',
}

/** The open pages of people, which are told how many notices are unread. */
export const createNoticePages = (bounds: PagesBounds, nowMs: () => number) => {
  const byPerson = new Map<string, Map<ServerResponse, number>>()
  let count = 0

  const write = (res: ServerResponse, text: string): void => {
    if (res.writableEnded) return
    if (res.writableLength > bounds.unreadBytesMax) res.destroy()
    else res.write(text)
  }

  const heartbeat = setInterval(() => {
    for (const pages of byPerson.values())
      for (const [res, openedAtMs] of pages)
        if (nowMs() - openedAtMs > bounds.openMsMax) res.end()
        else write(res, ':\n\n')
  }, bounds.heartbeatMs).unref()

  return {
    /** Opens a stream. Throws `too-many` beyond the bound per person, and `unavailable` beyond that of all. */
    open(personId: string, { req, res, own }: InboxWatch): void {
      const pages = byPerson.get(personId) ?? new Map<ServerResponse, number>()
      if (pages.size >= bounds.perPersonMax)
        throw new Problem('too-many', { detail: 'Too many streams of this inbox are open.', retryAfter: 60 })
      if (count >= bounds.max)
        throw new Problem('unavailable', { detail: 'Too many pages are open at the moment.', retryAfter: 30 })
      // Where it can be read again: what is measured leaves streams out.
      res.setHeader('Content-Type', streamHeaders['Content-Type'])
      res.writeHead(200, [...Object.entries(streamHeaders).flat(), ...own])
      // A stream that HEAD asked for would never end.
      if (req.method === 'HEAD') return void res.end()
      byPerson.set(personId, pages.set(res, nowMs()))
      count++
      res.once('close', () => {
        count--
        pages.delete(res)
        if (pages.size === 0 && byPerson.get(personId) === pages) byPerson.delete(personId)
      })
      res.write(`retry: ${bounds.reconnectMs}\n\n`)
    },
    has: (personId: string): boolean => byPerson.has(personId),
    people: (): string[] => [...byPerson.keys()],
    tell(personId: string, unread: number): void {
      const text = `event: inbox\ndata: ${JSON.stringify({ unread })}\n\n`
      for (const res of byPerson.get(personId)?.keys() ?? []) write(res, text)
    },
    count: (): number => count,
    /** Ends all streams: browsers come back by themselves. */
    end(): void {
      clearInterval(heartbeat)
      for (const pages of byPerson.values()) for (const res of pages.keys()) res.end()
    },
  }
}
