import type { IncomingMessage } from 'node:http'
import { Problem } from '@logbook/chassis/problem.ts'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses a command that a page of another site makes a browser send. Browsers say where a request comes from in
 * Sec-Fetch-Site (Fetch Metadata) and, for commands, in Origin; callers that are no browser say neither and pass.
 */
export const refuseCrossSite = ({
  method = 'GET',
  headers,
}: Pick<IncomingMessage, 'method' | 'headers'>): void => {
  if (safeMethods.has(method)) return
  const site = headers['sec-fetch-site']
  const sameSite = site === undefined || site === 'same-origin' || site === 'none'
  if (!sameSite || !sameOrigin(headers))
    throw new Problem('forbidden', { detail: 'Commands from pages of other sites are refused.' })
}

const sameOrigin = ({ origin, host }: IncomingMessage['headers']): boolean => {
  if (origin === undefined) return true
  return URL.canParse(origin) && new URL(origin).host === host
}
