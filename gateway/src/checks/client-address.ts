import type { IncomingMessage } from 'node:http'
import { networkOf } from '@logbook/chassis/http/network.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import proxyAddr from 'proxy-addr'

interface ClientAddressOptions {
  /** Each an address or a CIDR. */
  trustedProxies: readonly string[]
  logger: Pick<Logger, 'warn'>
}

/**
 * Where a request comes from. What `X-Forwarded-For` says counts only as far as those who wrote it are trusted proxies; with none, it
 * is the other end of the connection. Throws `TypeError` for what is no address. Warns once where such a header comes
 * and its sender is not trusted: that may be a proxy which was forgotten, behind which all readers are one network.
 */
export const createClientAddress = ({ trustedProxies, logger }: ClientAddressOptions) => {
  const trusts = trustedProxies.length === 0 ? undefined : proxyAddr.compile([...trustedProxies])
  const isTrusted = ({ socket }: IncomingMessage) => trusts?.(socket.remoteAddress ?? '', 0) === true
  let hasWarned = false
  const warnOnce = (req: IncomingMessage): void => {
    if (hasWarned || req.headers['x-forwarded-for'] === undefined || isTrusted(req)) return
    hasWarned = true
    logger.warn(
      { trustedProxies },
      'a request has X-Forwarded-For, and its sender is not in TRUSTED_PROXIES: if it is your proxy, name it there, or all readers count as one network',
    )
  }
  const addressOf = (req: IncomingMessage): string => {
    warnOnce(req)
    return trusts ? proxyAddr(req, trusts) : (req.socket.remoteAddress ?? '')
  }
  return {
    addressOf,
    /** As which network a request is counted. */
    networkOf: (req: IncomingMessage): string => networkOf(addressOf(req)),
    /** True if a trusted proxy says that the browser came by TLS. */
    isSecure: (req: IncomingMessage): boolean =>
      req.headers['x-forwarded-proto'] === 'https' && isTrusted(req),
  }
}
export type ClientAddress = ReturnType<typeof createClientAddress>
