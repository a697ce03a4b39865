import { type IncomingMessage, STATUS_CODES } from 'node:http'
import { type Duplex, pipeline } from 'node:stream'
import type { Pool } from 'undici'

const endOfLine = '\r\n'

const headOf = (status: number, headers: object): string =>
  [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    endOfLine,
  ].join(endOfLine)

/** Joins a browser's WebSocket to one that is opened to the service. Whoever ends it ends both. */
export const passUpgrade = async (
  pool: Pool,
  { req, socket, head, headers }: { req: IncomingMessage; socket: Duplex; head: Buffer; headers: string[] },
): Promise<void> => {
  socket.on('error', () => socket.destroy())
  try {
    const opened = await pool.upgrade({ path: req.url ?? '/', headers, protocol: 'websocket' })
    socket.write(headOf(101, opened.headers))
    if (head.length > 0) opened.socket.write(head)
    pipeline(socket, opened.socket, () => {})
    pipeline(opened.socket, socket, () => {})
  } catch {
    socket.end(headOf(503, { Connection: 'close', 'Content-Length': 0 }))
  }
}
