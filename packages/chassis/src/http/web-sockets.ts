import type { IncomingMessage, RequestListener } from 'node:http'
import { Problem } from '../problem.ts'

/** True for a handshake of RFC 6455, well formed or not. */
export const asksForWebSocket = ({ headers: { upgrade } }: IncomingMessage): boolean =>
  upgrade !== undefined && /\bwebsocket\b/i.test(upgrade)

/**
 * Answers a WebSocket handshake with 404 and closes its connection, unless it is `taken`. Any other offer of `Upgrade`, such
 * as h2c, is ignored, as RFC 9110 lets a server do. Needs a server that hands no other socket to an `upgrade` listener (`listen`).
 */
export const refuseWebSockets =
  (
    app: RequestListener,
    headers: Readonly<Record<string, string>>,
    taken: (req: IncomingMessage) => boolean = () => false,
  ): RequestListener =>
  (req, res) => {
    if (!asksForWebSocket(req) || taken(req)) return app(req, res)
    const problem = new Problem('not-found', { detail: 'There are no WebSockets here.' })
    res
      .writeHead(problem.status, {
        ...headers,
        'Cache-Control': 'no-store',
        Connection: 'close',
        'Content-Type': 'application/problem+json',
      })
      .end(JSON.stringify(problem.toBody()))
  }
