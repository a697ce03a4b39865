import type { IncomingMessage } from 'node:http'
import proxyAddr from 'proxy-addr'

/**
 * Where a request comes from. What `X-Forwarded-For` says counts only as far as those who wrote it are trusted proxies, each an
 * address or a CIDR; with none, it is whoever is at the other end of the connection. Throws `TypeError` for what is no address.
 */
export const createClientAddress = (trustedProxies: readonly string[]) => {
  if (trustedProxies.length === 0)
    return {
      addressOf: ({ socket }: IncomingMessage): string => socket.remoteAddress ?? '',
      isSecure: (_req: IncomingMessage): boolean => false,
    }
  const trusts = proxyAddr.compile([...trustedProxies])
  return {
    addressOf: (req: IncomingMessage): string => proxyAddr(req, trusts),
    /** True if a trusted proxy says that the browser came by TLS. */
    isSecure: ({ socket, headers }: IncomingMessage): boolean =>
      headers['x-forwarded-proto'] === 'https' && trusts(socket.remoteAddress ?? '', 0),
  }
}
export type ClientAddress = ReturnType<typeof createClientAddress>
