import type { IncomingMessage } from 'node:http'
import { Problem } from '@logbook/chassis/problem.ts'
import type { PublicAddress } from './public-address.ts'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/** True for a request that asks for a change. */
export const isCommand = ({ method = 'GET' }: Pick<IncomingMessage, 'method'>): boolean =>
  !safeMethods.has(method)

/**
 * Refuses a command that a page of another site makes a browser send. Browsers say where a request comes from in
 * Sec-Fetch-Site (Fetch Metadata) and, for commands, in Origin; callers that are no browser say neither and pass. Throws `forbidden`.
 */
export const refuseCrossSite = (req: IncomingMessage, address: Pick<PublicAddress, 'isOwnOrigin'>): void => {
  if (!isCommand(req)) return
  const { origin, 'sec-fetch-site': site } = req.headers
  const sameSite = site === undefined || site === 'same-origin' || site === 'none'
  if (!sameSite || (origin !== undefined && !address.isOwnOrigin(origin, req)))
    throw new Problem('forbidden', { detail: 'Commands from pages of other sites are refused.' })
}
