import type { IncomingMessage, ServerResponse } from 'node:http'
import { securityHeaders } from '@logbook/chassis/http/app.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { headers as names } from '@logbook/contracts/http/headers.ts'
import { Pool } from 'undici'
import type { StreamBounds } from '../follow-stream.ts'
import { createAllChanges } from './all-changes.ts'
import { type Begun, createBegin, type Watch } from './begin.ts'
import { createMissed, type Missed, newsOfMissed, type Refused } from './missed.ts'
import { reload } from './news.ts'
import { createShares } from './shares.ts'
import { createWatchers } from './watchers.ts'
import type { WebSockets } from './web-sockets.ts'

export interface LiveBounds extends StreamBounds {
  /** Streams that are open, altogether and of one network. */
  max: number
  perNetworkMax: number
  /** What a browser may leave unread before it has to come back. */
  unreadBytesMax: number
  heartbeatMs: number
  reconnectMs: number
  /** The latest changes, which are told without asking query. */
  ringEntriesMax: number
  ringCharsMax: number
  /** Questions to query about what was missed, at a time, and how long one may take. */
  questionsMax: number
  questionMsMax: number
}

/** It is asked again where more came than is remembered while query answered. */
const questionsPerWatchMax = 3

type Said = Extract<Missed, { missed: unknown }>

const startOver = ({ missed: { post: postId, position } }: Said): Begun => ({
  postId,
  position,
  toldUpTo: position,
  news: [reload(postId, position)],
})

const usual = /^\?post=([0-9a-f-]{36})(?:&after=(\d{1,15}))?$/
const position = /^\d{1,15}$/

/** Where the browser left off, and which post it watches, where that is plain; the rest is for query to read. */
const plainlyAsked = (search: string, lastEventId: string | undefined) => {
  const [, postId, after] = usual.exec(search) ?? []
  const from = lastEventId || after
  if (postId === undefined || (from !== undefined && !position.test(from))) return undefined
  return { postId, after: from === undefined ? undefined : Number(from) }
}

const refuse = (
  res: ServerResponse,
  { own, refused }: { own: readonly string[]; refused: Refused },
): void => {
  const { status, contentType, retryAfter, body } = refused
  const headers = Object.entries({
    ...securityHeaders,
    'Cache-Control': 'no-store',
    'Content-Type': contentType,
  })
  if (retryAfter !== undefined) headers.push(['Retry-After', retryAfter])
  res.writeHead(status, [...headers.flat(), ...own]).end(body)
}

/**
 * Tells browsers that watch a post what changes on it, by server-sent events or a WebSocket. All of them are told by one stream from query. What is told is
 * what is public, for any caller.
 */
export const createLive = ({
  url: queryUrl,
  bounds,
  webSockets,
  onTold,
  logger,
}: {
  url: string
  bounds: LiveBounds
  onTold: (position: number) => void
  webSockets: WebSockets
  logger: Logger
}) => {
  // One connection is the stream's.
  const query = new Pool(queryUrl, { connections: bounds.questionsMax + 1, allowH2: false })
  const watchers = createWatchers(bounds)
  const shares = createShares(bounds)
  const ask = createMissed(query, { msMax: bounds.questionMsMax })
  const begin = createBegin({ watchers, webSockets, bounds })
  const all = createAllChanges({ query, ask, watchers, onTold, bounds, logger })

  const askQuery = async (search: string, { headers }: IncomingMessage): Promise<Missed> => {
    const passed = ['last-event-id', names.minPosition.toLowerCase()].flatMap((name) => {
      const value = headers[name]
      return typeof value === 'string' ? [[name, value] as const] : []
    })
    try {
      return await ask({ search, headers: Object.fromEntries(passed) })
    } catch (cause) {
      throw new Problem('unavailable', {
        detail: 'The service query does not answer. Try again shortly.',
        retryAfter: bounds.reconnectMs / 1_000,
        extensions: { service: 'query' },
        cause,
      })
    }
  }

  /** What query said, and what has come after that; undefined where more came than is remembered. */
  const begunWith = ({ missed }: Said, lastSeen: number): Begun | undefined => {
    const { post: postId, position } = missed
    // While the stream is broken nothing came: when it begins again, all who watch are told what they missed.
    const later = all.position === undefined ? [] : all.since(postId, position)
    const toldUpTo = Math.max(position, lastSeen)
    return later && { postId, position, toldUpTo, news: [...newsOfMissed(missed), ...later] }
  }

  const begunAtOnce = (search: string, lastEventId: string | undefined): Begun | undefined => {
    const asked = plainlyAsked(search, lastEventId)
    const position = all.position
    const news = asked && all.known(asked.postId, asked.after)
    if (asked === undefined || news === undefined || position === undefined) return undefined
    return { postId: asked.postId, position, toldUpTo: Math.max(position, asked.after ?? 0), news }
  }

  return {
    /** Begins to tell, or answers why not. Rejects with `too-many` or `unavailable`, as where too many watch already. */
    async watch(watch: Watch): Promise<void> {
      const { req, res, network, url, own } = watch
      shares.take(res, network)
      all.start()
      const search = url.includes('?') ? url.slice(url.indexOf('?')) : ''
      const lastEventId = String(req.headers['last-event-id'] ?? '')
      const lastSeen = Number(lastEventId || new URLSearchParams(search).get('after') || 0)
      let begun = begunAtOnce(search, lastEventId)
      for (let left = questionsPerWatchMax; begun === undefined && left > 0; left--) {
        const said = await askQuery(search, req)
        if (res.destroyed) return
        if ('refused' in said) return refuse(res, { own, refused: said.refused })
        begun = begunWith(said, lastSeen)
        if (begun === undefined && left === 1) begun = startOver(said)
      }
      if (begun) begin(watch, begun)
    },
    state: () => ({ open: watchers.count(), position: all.position ?? null }),
    /** Ends the streams: browsers come back by themselves. */
    drain(): void {
      watchers.end()
      // Query, which may stop at the same moment, does not end it then.
      void all.stop()
    },
    async close(): Promise<void> {
      watchers.end()
      await all.stop()
      await query.destroy()
    },
  }
}
export type Live = ReturnType<typeof createLive>
