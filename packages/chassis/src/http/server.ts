import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { pause } from '../async/pause.ts'
import { createServer } from './node-http.ts'

export interface Listening {
  url: string
  server: Server
  /**
   * From now on every answer says `Connection: close`, so that callers with kept connections go. Resolves after a moment in which they can, at once where
   * there are none.
   */
  sendAway(): Promise<void>
  /** Takes no more connections, lets requests under way finish for `graceMs`, then ends them. */
  close(): Promise<void>
}

const graceMs = 5_000
const sweepMs = 10
/** In which a kept connection is told with its next answer that it ends. */
const lingerMs = 200
const slowClientSweepMs = 2_000
const silenceMsMax = 120_000
/** Connections that wait to be accepted while the thread is busy. Node's 511 has no room for a burst of a thousand. */
const waitingConnectionsMax = 4_096

/**
 * Hands requests to `app` and knows the answers under way, since Node closes kept connections without a word: who sends a request at that
 * moment gets a reset. An answer is forgotten once it is over: kept until the connection's next, it and all that it refers to would outlive
 * the young generation, which doubles the work of the garbage collector.
 */
const watchCallers = (server: Server, app: RequestListener) => {
  const connections = new Set<Socket>()
  const answering = new Set<ServerResponse>()
  let leaving = false
  function forget(this: ServerResponse) {
    answering.delete(this)
  }
  server.on('connection', (socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
  server.on('request', (req, res) => {
    if (leaving) res.shouldKeepAlive = false
    app(req, res)
    if (leaving || res.writableEnded) return
    answering.add(res)
    res.on('close', forget)
  })
  return {
    async sendAway(): Promise<void> {
      leaving = true
      for (const res of answering) if (!res.headersSent) res.shouldKeepAlive = false
      const end = performance.now() + lingerMs
      while (connections.size > 0 && performance.now() < end) await pause(sweepMs)
    },
  }
}

/** Takes over connections: those for which `takes` holds are handed to `upgrade`, all others stay requests. */
export interface Upgrades {
  takes(req: IncomingMessage): boolean
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void | Promise<void>
}

/** Listens on a port (0: any free one). Rejects with the system's own error, such as EADDRINUSE. */
export const listen = async (
  app: RequestListener,
  { host, port, upgrades }: { host: string; port: number; upgrades?: Upgrades | undefined },
): Promise<Listening> => {
  const server = createServer({
    // Who sends a head or a body drop by drop is hung up on, and looked for this often.
    connectionsCheckingInterval: slowClientSweepMs,
    shouldUpgradeCallback: (req) => upgrades?.takes(req) ?? false,
  })
  if (upgrades) server.on('upgrade', upgrades.upgrade)
  server.requestTimeout = 30_000
  server.headersTimeout = 10_000
  // Longer than any proxy in front keeps an idle connection, so that it is never this side that closes under a request.
  server.keepAliveTimeout = 75_000
  // A caller that takes nothing of its answer for this long is hung up on. Streams send heartbeats more often.
  server.timeout = silenceMsMax
  const callers = watchCallers(server, app)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, backlog: waitingConnectionsMax }, resolve)
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
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    server,
    sendAway: callers.sendAway,
    close,
  }
}
