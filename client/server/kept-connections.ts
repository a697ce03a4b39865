import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** In which a kept connection is told with its next answer that it ends. */
const lingerMsMax = 200
const sweepMs = 10

/**
 * Knows the callers on kept connections, since Node closes these without a word: who sends a request at that moment gets a reset. From `sendAway` on
 * every answer says `Connection: close`; it resolves after a moment in which they can go, at once where there are none.
 */
export const watchCallers = (server: Server) => {
  const connections = new Map<Socket, ServerResponse | undefined>()
  let isLeaving = false
  server.on('connection', (socket) => {
    connections.set(socket, undefined)
    socket.once('close', () => connections.delete(socket))
  })
  server.on('request', ({ socket }, res) => {
    if (isLeaving) res.shouldKeepAlive = false
    else connections.set(socket, res)
  })
  return {
    async sendAway(): Promise<void> {
      isLeaving = true
      for (const res of connections.values()) if (res && !res.headersSent) res.shouldKeepAlive = false
      const end = performance.now() + lingerMsMax
      while (connections.size > 0 && performance.now() < end) await pause(sweepMs)
    },
  }
}
