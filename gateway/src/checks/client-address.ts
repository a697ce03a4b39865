import type { IncomingMessage } from 'node:http'
import { networkOf } from '@logbook/chassis/http/network.ts'
import proxyAddr from 'proxy-addr'

/**
 * Where a request comes from. What `X-Forwarded-For` says counts only as far as those who wrote it are trusted proxies, each an
 * address or a CIDR; with none, it is whoever is at the other end of the connection. Throws `TypeError` for what is no address.
 */
export const createClientAddress = (trustedProxies: readonly string[]) => {
  const trusts = trustedProxies.length === 0 ? undefined : proxyAddr.compile([...trustedProxies])
  const addressOf = (req: IncomingMessage): string =>
    trusts ? proxyAddr(req, trusts) : (req.socket.remoteAddress ?? '')
  return {
    addressOf,
    /** As which network a request is counted. */
    networkOf: (req: IncomingMessage): string => networkOf(addressOf(req)),
    /** True if a trusted proxy says that the browser came by TLS. */
    isSecure: ({ socket, headers }: IncomingMessage): boolean =>
      headers['x-forwarded-proto'] === 'https' && trusts?.(socket.remoteAddress ?? '', 0) === true,
  }
}
export type ClientAddress = ReturnType<typeof createClientAddress>
