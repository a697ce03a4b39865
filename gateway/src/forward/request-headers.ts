import type { IncomingMessage } from 'node:http'
import { headers as names } from '@logbook/contracts/http/headers.ts'
import type { Upstream } from '../routes.ts'
import { traceHeaders } from '../tracing.ts'

/** What concerns one connection alone (RFC 9110, 7.6.1), and how a body is framed, which is decided for each hop. */
const ofOneHop = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade', 'expect'],
])

/** What the gateway alone says to a service. */
const setByGateway = new Set([
  ...['authorization', 'cookie', 'forwarded', 'traceparent', 'tracestate'],
  names.readerTemplate.toLowerCase(),
  names.unreadNotices.toLowerCase(),
])

const proofHeader = names.forwardedProof.toLowerCase()

/** Who shows pages and who keeps sessions are the only ones that a browser's cookies are for. */
const readsCookies: ReadonlySet<Upstream> = new Set(['client', 'accounts'])

export interface Vouched {
  /** The caller's address, as far as trusted proxies say. */
  address: string
  protocol: 'http' | 'https'
  /** Proves to the service that this is from the gateway; undefined where the gateway has no token. */
  proof?: string | undefined
  requestId: string
  /** What the service is told of the caller, beside what is in the request. */
  caller: Readonly<Record<string, string>>
}

interface RequestHeadersOptions {
  to: Upstream
  vouched: Vouched
  framed: boolean
}

/**
 * Names and values in turn of what a service is told, `framed` where the length of the body is computed again. What concerns the
 * caller is what the gateway saw, whatever it claims.
 */
export const requestHeaders = (
  req: Pick<IncomingMessage, 'headers'>,
  { to, vouched, framed }: RequestHeadersOptions,
): string[] => {
  const { headers } = req
  const named =
    headers.connection === undefined ? '' : `,${headers.connection.toLowerCase().replaceAll(' ', '')},`
  const told: string[] = []
  for (const name in headers) {
    const value = headers[name]
    if (value === undefined || ofOneHop.has(name) || setByGateway.has(name)) continue
    if (Object.hasOwn(vouched.caller, name)) continue
    if (framed && name === 'content-length') continue
    if (name.startsWith('x-forwarded-') || name === 'x-request-id') continue
    // How long a body is belongs to the message, even where the caller calls it a matter of the connection.
    if (name !== 'content-length' && name !== 'host' && named.includes(`,${name},`)) continue
    told.push(name, typeof value === 'string' ? value : value.join(', '))
  }
  if (readsCookies.has(to) && headers.cookie !== undefined) told.push('cookie', headers.cookie)
  for (const name in vouched.caller) told.push(name, vouched.caller[name] ?? '')
  told.push('x-request-id', vouched.requestId, ...traceHeaders(req))
  told.push('x-forwarded-for', vouched.address)
  told.push('x-forwarded-host', headers.host ?? '')
  told.push('x-forwarded-proto', vouched.protocol)
  if (vouched.proof !== undefined) told.push(proofHeader, vouched.proof)
  return told
}

/** The same for a read whose answer is for all who have the same key: `told` is what the key says, `host` the public one. */
export const sharedRequestHeaders = (
  req: Pick<IncomingMessage, 'headers'>,
  { host, told, requestId }: { host: string; told: readonly string[]; requestId: string },
): string[] => ['host', host, ...told, 'x-request-id', requestId, ...traceHeaders(req)]
