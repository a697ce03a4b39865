import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Listening {
  url: string
  server: Server
  /** Takes no more connections, lets requests under way finish for `graceMs`, then ends them. */
  close(): Promise<void>
}

const graceMs = 5_000
const sweepMs = 10
const slowClientSweepMs = 2_000
const silenceMsMax = 120_000

/** Listens on a port (0: any free one). Rejects with the system's own error, such as EADDRINUSE. */
export const listen = async (
  app: RequestListener,
  { host, port }: { host: string; port: number },
): Promise<Listening> => {
  // Who sends a head or a body drop by drop is hung up on, and looked for this often.
  const server = createServer({ connectionsCheckingInterval: slowClientSweepMs }, app)
  server.requestTimeout = 30_000
  server.headersTimeout = 10_000
  // Longer than any proxy in front keeps an idle connection, so that it is never this side that closes under a request.
  server.keepAliveTimeout = 75_000
  // A caller that takes nothing of its answer for this long is hung up on. Streams send heartbeats more often.
  server.timeout = silenceMsMax
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, resolve)
  })
  const { port: actual } = server.address() as AddressInfo
  const close = () =>
    new Promise<void>((resolve) => {
      const force = setTimeout(() => server.closeAllConnections(), graceMs)
      // A connection that falls idle after its last answer would be kept alive, and keep this from ending.
      const sweep = setInterval(() => server.closeIdleConnections(), sweepMs)
      server.close(() => {
        clearTimeout(force)
        clearInterval(sweep)
        resolve()
      })
      server.closeIdleConnections()
    })
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`, server, close }
}
