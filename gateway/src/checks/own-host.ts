import type { IncomingMessage } from 'node:http'
import type { PublicAddress } from './public-address.ts'

/** What probes and scrapers ask, which know the gateway by an IP address. */
const probedPaths = /^\/(?:health|metrics)(?:$|[/?])/

/**
 * Throws for a request to the gateway itself by another name than its own, as `pass` does for requests to services. A caller with
 * the scraper's token is no page of another site: in containers it calls the gateway by a name of theirs.
 */
export const checkOwnHost = (
  req: IncomingMessage,
  { address, isScraper }: { address: PublicAddress; isScraper: (req: IncomingMessage) => boolean },
): void => {
  const isProbe = probedPaths.test(req.url ?? '')
  if (isProbe && isScraper(req)) return
  if (isProbe) address.checkProbedHost(req)
  else address.checkHost(req)
}
