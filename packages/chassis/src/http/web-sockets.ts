import type { IncomingMessage, RequestListener } from 'node:http'
import { Problem } from '../problem.ts'

const asksForWebSocket = ({ headers: { upgrade } }: IncomingMessage): boolean =>
  upgrade !== undefined && /\bwebsocket\b/i.test(upgrade)

/**
 * Answers a WebSocket handshake with 404 and closes its connection: no service has WebSockets. Any other offer of `Upgrade`, such
 * as h2c, is ignored, as RFC 9110 lets a server do. Needs a server without an `upgrade` listener, to which Node would hand the socket.
 */
export const refuseWebSockets =
  (app: RequestListener, headers: Readonly<Record<string, string>>): RequestListener =>
  (req, res) => {
    if (!asksForWebSocket(req)) return app(req, res)
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
