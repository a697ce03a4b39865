import { type IncomingMessage, STATUS_CODES } from 'node:http'
import { type Duplex, pipeline } from 'node:stream'
import { requestIdOf } from '@logbook/chassis/http/request-id.ts'
import type { Upgrades } from '@logbook/chassis/http/server.ts'
import { isProblem } from '@logbook/chassis/problem.ts'
import { Client } from 'undici'
import type { ClientAddress } from './checks/client-address.ts'
import type { PublicAddress } from './checks/public-address.ts'
import { requestHeaders } from './forward/request-headers.ts'

interface DevelopmentSocketOptions {
  /** Where the client's development server is. */
  url: string
  address: PublicAddress
  clients: ClientAddress
}

const endOfLine = '\r\n'

const headOf = (status: number, headers: object): string =>
  [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    endOfLine,
  ].join(endOfLine)

const refuse = (socket: Duplex, status: number): void =>
  void socket.end(headOf(status, { Connection: 'close', 'Content-Length': 0 }))

/**
 * Joins a WebSocket of one of our own pages to one of the client's development server, which tells what changed in its sources.
 * Pages of other sites and other names are refused as for any request.
 */
export const createDevelopmentSocket = ({
  url,
  address,
  clients,
}: DevelopmentSocketOptions): Upgrades['upgrade'] => {
  const checked = (req: IncomingMessage): boolean => {
    try {
      address.checkHost(req)
      return req.headers.origin !== undefined && address.isOwnOrigin(req.headers.origin, req)
    } catch (error) {
      if (isProblem(error)) return false
      throw error
    }
  }
  return async (req, socket, head) => {
    socket.on('error', () => socket.destroy())
    if (!checked(req)) return refuse(socket, 403)
    const vouched = {
      address: clients.addressOf(req),
      protocol: 'http',
      requestId: requestIdOf(req),
      caller: {},
    } as const
    // One connection each, which ends with the socket.
    const client = new Client(url)
    socket.once('close', () => void client.destroy())
    try {
      const headers = requestHeaders(req, { to: 'client', vouched, framed: false })
      const opened = await client.upgrade({ path: req.url ?? '/', headers, protocol: 'websocket' })
      socket.write(headOf(101, opened.headers))
      if (head.length > 0) opened.socket.write(head)
      pipeline(socket, opened.socket, () => {})
      pipeline(opened.socket, socket, () => {})
    } catch {
      refuse(socket, 503)
    }
  }
}
