import type { IncomingMessage, ServerResponse } from 'node:http'
import { securityHeaders } from '@logbook/chassis/http/app.ts'
import { headers as names } from '@logbook/contracts/http/headers.ts'
import { type Listener, socketListener, streamListener } from './listeners.ts'
import type { News } from './ring.ts'
import type { Watchers } from './watchers.ts'
import type { WebSockets } from './web-sockets.ts'

export interface Watch {
  req: IncomingMessage
  res: ServerResponse
  /** Which network the stream counts for; undefined for this machine itself, which has no share to keep to. */
  network: string | undefined
  /** Path and query as query sees them. */
  url: string
  /** Headers that the answer gets from the gateway: names and values in turn. */
  own: readonly string[]
}

/** What a stream begins with. */
export interface Begun {
  postId: string
  /** How far the log was read when this was found out. */
  position: number
  /** The browser knows all up to this position, or is told it now. */
  toldUpTo: number
  news: readonly News[]
}

const streamHeaders = {
  ...securityHeaders,
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-cache, no-transform',
  // Proxies that gather answers before they pass them on are asked not to.
  'X-Accel-Buffering': 'no',
}

/** Begins to tell who watches, by the stream or the WebSocket that was asked for. */
export const createBegin = ({
  watchers,
  webSockets,
  bounds,
}: {
  watchers: Watchers
  webSockets: WebSockets
  bounds: { unreadBytesMax: number; reconnectMs: number }
}) => {
  const join = (listener: Listener, { res, begun }: { res: ServerResponse; begun: Begun }): void => {
    const { postId, toldUpTo, news } = begun
    const watcher = { listener, postId, toldUpTo: 0 }
    res.once('close', watchers.add(watcher))
    watchers.tell(watcher, news)
    watcher.toldUpTo = Math.max(watcher.toldUpTo, toldUpTo)
  }

  return ({ req, res, own }: Watch, begun: Begun): void => {
    const { position } = begun
    if (webSockets.has(req)) {
      const headers = [names.position, String(position), ...own]
      webSockets.accept(req, headers, (socket) => {
        res.statusCode = 101
        socket.send(JSON.stringify({ id: position, event: 'watching', data: {} }))
        join(socketListener(socket, bounds), { res, begun })
      })
      return
    }
    const headers = { ...streamHeaders, [names.position]: String(position) }
    // Where it can be read again: what is measured leaves streams out.
    res.setHeader('Content-Type', streamHeaders['Content-Type'])
    res.writeHead(200, [...Object.entries(headers).flat(), ...own])
    // A stream that HEAD asked for would never end.
    if (req.method === 'HEAD') return void res.end()
    res.write(`retry: ${bounds.reconnectMs}\n: watching\n\n`)
    join(streamListener(res, bounds), { res, begun })
  }
}
