import { Problem } from '@logbook/chassis/problem.ts'
import type { Response } from 'express'
import { limits } from '../limits.ts'

export type InboxStreams = ReturnType<typeof createInboxStreams>

const begin = (res: Response): void => {
  const headers = { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store' }
  res.writeHead(200, headers)
}

const print = (event: 'begin' | 'inbox', data: object, id?: number): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

const refuse = (): never => {
  throw new Problem('unavailable', { detail: 'Too many streams of inboxes are open.', retryAfter: 60 })
}

/** Server-sent events of changes of inboxes: to a person's own pages how much is unread, and to gateways whose inbox changed. */
export const createInboxStreams = (unreadOf: (personId: string) => number) => {
  const byPerson = new Map<string, Set<Response>>()
  const gateways = new Set<Response>()
  let count = 0
  const all = function* () {
    for (const pages of byPerson.values()) yield* pages
    yield* gateways
  }
  const heartbeat = setInterval(() => {
    for (const res of all()) res.write(':\n\n')
  }, limits.heartbeatMs).unref()
  const news = (personId: string): string => print('inbox', { unread: unreadOf(personId) })

  return {
    /** Opens a stream of one inbox. Throws `too-many` beyond the bound per person, and `unavailable` beyond that in total. */
    open(personId: string, res: Response): void {
      const pages = byPerson.get(personId) ?? new Set()
      if (pages.size >= limits.inboxStreamsPerPersonMax)
        throw new Problem('too-many', { detail: 'Too many streams of this inbox are open.', retryAfter: 60 })
      if (count >= limits.inboxStreamsMax) refuse()
      byPerson.set(personId, pages.add(res))
      count++
      res.once('close', () => {
        pages.delete(res)
        count--
        if (pages.size === 0) byPerson.delete(personId)
      })
      begin(res)
      res.write(`retry: 5000\n\n${news(personId)}`)
    },
    /** Opens a stream of all inboxes. What comes after `position` is told. Throws `unavailable` beyond the bound. */
    follow(res: Response, position: number): void {
      if (gateways.size >= limits.inboxFeedsMax) refuse()
      gateways.add(res)
      res.once('close', () => gateways.delete(res))
      begin(res)
      res.write(print('begin', {}, position))
    },
    /** Tells that the inboxes of these people changed, by what was read up to `position`. */
    notify(people: readonly string[], position: number): void {
      if (people.length === 0) return
      for (const id of people) {
        const pages = byPerson.get(id)
        if (pages === undefined) continue
        const text = news(id)
        for (const page of pages) page.write(text)
      }
      const text = print('inbox', { people }, position)
      for (const res of gateways)
        if (res.writableLength > limits.inboxFeedBytesMax) res.destroy()
        else res.write(text)
    },
    /** Ends all streams. */
    drain(): void {
      clearInterval(heartbeat)
      for (const res of all()) res.end()
    },
  }
}
