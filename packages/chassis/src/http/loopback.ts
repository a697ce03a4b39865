import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** True for an address that only this machine can reach. Of names, `localhost` alone is known to be one. */
export const isLoopback = (host: string): boolean => {
  const family = isIP(host)
  if (family === 0) return host.toLowerCase() === 'localhost'
  return loopback.check(host, family === 6 ? 'ipv6' : 'ipv4')
}

const hostName = /^(?:\[([\da-f:.]+)\]|([a-z\d.-]+))(?::\d{1,5})?$/i

/** The name or address in a Host header, without port and brackets; empty for what is none. */
export const nameInHost = (host: string | undefined): string => {
  const [, address, name] = hostName.exec(host ?? '') ?? []
  return address ?? name ?? ''
}

/**
 * True for a request of a program on this machine, unless a proxy says that it only passes it on. A page whose name was rebound to
 * this machine is none: its browser sends that name as Host.
 */
export const comesFromHere = ({ socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>): boolean =>
  isLoopback(socket.remoteAddress ?? '') &&
  headers['x-forwarded-for'] === undefined &&
  headers.forwarded === undefined &&
  isLoopback(nameInHost(headers.host))
