import { logHeaders } from '@logbook/chassis/http/answers.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { headers } from '@logbook/contracts/http/headers.ts'
import type { LogIdentity } from '@logbook/contracts/http/log-identity.ts'
import type { Response } from 'express'
import { limits } from '../limits.ts'
import type { Message } from './messages.ts'

/** How far the log has been read, and which one it is; undefined before that is known. */
export interface LogPosition {
  position: number
  log: LogIdentity | undefined
}

/** Sends the head of a stream of server-sent events. */
export const beginStream = (res: Response, { position, log }: LogPosition): void => {
  res.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-cache, no-transform',
    // Asks proxies not to buffer the answer.
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
 * Sends the changes of all posts to gateways, which pass them on to the watchers of a post. `begin` has the position of the start;
 * `flushed` means that everything up to its position was sent. Earlier changes are at `GET /changes/missed`.
 */
export const createChangeFeed = () => {
  const open = new Set<Response>()
  let gathered = ''
  return {
    isFollowed: (): boolean => open.size > 0,
    /** Starts a stream. Throws `unavailable` if there are too many followers. */
    follow(res: Response, start: LogPosition): void {
      if (open.size >= limits.feedFollowersMax)
        throw new Problem('unavailable', {
          detail: 'There are too many followers of all changes.',
          retryAfter: 30,
        })
      open.add(res)
      res.on('close', () => open.delete(res))
      beginStream(res, start)
      res.write(mark('begin', start.position))
    },
    gather(postId: string, messages: readonly Message[]): void {
      for (const message of messages) gathered += print(postId, message)
    },
    /** Sends the gathered messages. A follower that does not read is disconnected, and comes back. */
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
    /** Ends all streams. The followers come back and ask for what they missed. */
    end(): void {
      gathered = ''
      for (const res of open) res.end()
      open.clear()
    },
  }
}
