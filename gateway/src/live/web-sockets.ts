import { type IncomingMessage, type RequestListener, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { asksForWebSocket } from '@logbook/chassis/http/web-sockets.ts'
import { type WebSocket, WebSocketServer } from 'ws'

/** The one address that is a WebSocket too. */
const changes = /^\/api\/changes(?:\?|$)/

/** Messages from browsers are not allowed. */
const messageBytesMax = 1_024

/** True for a handshake to an address that takes one. */
export const isChangesSocket = (req: IncomingMessage): boolean =>
  asksForWebSocket(req) && req.method === 'GET' && changes.test(req.url ?? '')

/**
 * WebSockets that are asked for like anything else: the handshake goes through `app` as a request with an answer of its own, so that every
 * check and bound counts for it too, and any refusal is an ordinary answer. `accept` takes the place of that answer.
 */
export const createWebSockets = () => {
  const server = new WebSocketServer({
    ...{ noServer: true, clientTracking: false, perMessageDeflate: false },
    maxPayload: messageBytesMax,
  })
  const handshakes = new WeakMap<IncomingMessage, { socket: Duplex; head: Buffer }>()
  const heads = new WeakMap<IncomingMessage, readonly string[]>()
  server.on('headers', (lines, req) => lines.push(...(heads.get(req) ?? [])))

  return {
    /** What a server does on an `upgrade` for which `isChangesSocket` holds. */
    upgrade:
      (app: RequestListener) =>
      (req: IncomingMessage, socket: Duplex, head: Buffer): void => {
        socket.on('error', () => socket.destroy())
        const res = new ServerResponse(req)
        res.shouldKeepAlive = false
        res.assignSocket(socket as NonNullable<ServerResponse['socket']>)
        res.once('finish', () => socket.end())
        handshakes.set(req, { socket, head })
        app(req, res)
      },
    /** True for a request that came by `upgrade`. */
    has: (req: IncomingMessage): boolean => handshakes.has(req),
    /** Completes the handshake; `headers` are names and values in turn. Calls back unless the handshake is not as RFC 6455 has it, which is answered. */
    accept(req: IncomingMessage, headers: readonly string[], then: (socket: WebSocket) => void): void {
      const handshake = handshakes.get(req)
      if (handshake === undefined) return
      const lines = headers.flatMap((name, index) =>
        index % 2 === 0 ? [`${name}: ${headers[index + 1] ?? ''}`] : [],
      )
      heads.set(req, lines)
      server.handleUpgrade(req, handshake.socket, handshake.head, then)
    },
  }
}
export type WebSockets = ReturnType<typeof createWebSockets>
