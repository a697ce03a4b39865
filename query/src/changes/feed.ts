import { logHeaders } from '@logbook/chassis/http/answers.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { headers } from '@logbook/contracts/http/headers.ts'
import type { LogIdentity } from '@logbook/contracts/http/log-identity.ts'
import type { Response } from 'express'
import { limits } from '../limits.ts'
import type { Message } from './messages.ts'

/** How far the log has been read, and which one it is; undefined before that is known. */
export interface Reach {
  position: number
  log: LogIdentity | undefined
}

/** The head of an answer that tells changes as server-sent events. */
export const beginStream = (res: Response, { position, log }: Reach): void => {
  res.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-cache, no-transform',
    // Proxies that gather answers before they pass them on are asked not to.
    'X-Accel-Buffering': 'no',
    [headers.position]: String(position),
    ...(log && logHeaders(log)),
  })
}

const mark = (event: 'begin' | 'flushed', position: number): string =>
  `id: ${position}\nevent: ${event}\ndata: {}\n\n`

const print = (postId: string, { position, kind, data }: Message): string =>
  `id: ${position}\nevent: ${kind}\ndata: {"post":"${postId}","change":${data}}\n\n`

/**
 * Tells gateways what changes on all posts, which they tell to those who watch one. `begin` says from which position on; `flushed`
 * says that everything up to a position has been told. What came before is for `GET /changes/missed`.
 */
export const createChangeFeed = () => {
  const open = new Set<Response>()
  let gathered = ''
  return {
    isFollowed: (): boolean => open.size > 0,
    /** Begins to tell. Throws `unavailable` when too many follow already. */
    follow(res: Response, reach: Reach): void {
      if (open.size >= limits.feedFollowersMax)
        throw new Problem('unavailable', { detail: 'Too many follow all changes.', retryAfter: 30 })
      open.add(res)
      res.on('close', () => open.delete(res))
      beginStream(res, reach)
      res.write(mark('begin', reach.position))
    },
    gather(postId: string, news: readonly Message[]): void {
      for (const message of news) gathered += print(postId, message)
    },
    /** Tells what was gathered. Whoever has not read what was told before is let go, and comes back. */
    flush(position: number): void {
      if (gathered === '') return
      const text = gathered + mark('flushed', position)
      gathered = ''
      for (const res of open)
        if (res.writableLength > limits.feedBytesMax) res.destroy()
        else res.write(text)
    },
    heartbeat(): void {
      for (const res of open) res.write(': heartbeat\n\n')
    },
    /** Those who follow come back and ask what they missed. */
    end(): void {
      gathered = ''
      for (const res of open) res.end()
      open.clear()
    },
  }
}
