import type { IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import type { AllowedTargets } from './allowed-targets.ts'
import { request as requestHttp } from './node-http.ts'

export interface OutsideRequest {
  allow: AllowedTargets
  headers: Record<string, string>
  /** GET if missing. */
  method?: 'GET' | 'HEAD' | 'POST'
  body?: string | Buffer
  signal: AbortSignal
  bounds: {
    /** Until the headers of an answer have come. */
    headersMs: number
    redirectsMax: number
  }
  /** Makes the error for an address that is not allowed: no other attempt would help. */
  refused: (sentence: string) => Error
}

/** Checks the URL itself; the addresses behind a host name are checked at its lookup. */
const checkedUrl = (address: string, from: URL | undefined, { allow, refused }: OutsideRequest): URL => {
  const url = URL.parse(address, from?.href)
  if (url === null) throw refused('The address, or one that it redirects to, is invalid.')
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw refused(`Addresses begin with http:// or https://, not with ${url.protocol}`)
  if (url.username !== '' || url.password !== '') throw refused('Credentials do not belong in an address.')
  const objection = allow.objectionToLiteral(url)
  if (objection !== undefined) throw refused(objection)
  return url
}

/** The DNS lookup of `allow`. Its objections, unlike DNS failures, have no code and are permanent. */
const lookupIn =
  ({ allow, refused }: OutsideRequest): LookupFunction =>
  (host, options, callback) =>
    allow.lookup(host, options, (error, address, family) => {
      const isObjection = error !== null && error.code === undefined
      callback(isObjection ? refused(error.message) : error, address, family)
    })

/** What happened on the way, in a sentence: the codes of the system and of the parser mean nothing to who gave the address. */
const sentenceOf = ({ code, message }: NodeJS.ErrnoException, host: string): string => {
  if (code?.startsWith('HPE_')) return `${host} answers with something that is not HTTP.`
  if (code === 'ECONNRESET' || code === 'EPIPE') return `${host} broke the connection off.`
  if (code === 'ECONNREFUSED') return `${host} accepts no connection.`
  if (code === 'ENOTFOUND') return `There is no host ${host}.`
  if (code === 'EAI_AGAIN') return `The address of ${host} can’t be looked up at the moment.`
  if (code === 'ETIMEDOUT' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH')
    return `${host} can’t be reached.`
  if (code !== undefined && /CERT|TLS|SSL|EPROTO|SELF_SIGNED|UNABLE_TO/.test(code))
    return `${host} has no valid certificate, or answers without TLS (${code}).`
  return message
}

/** A host that can't be reached, by name or connection. */
export class Unreachable extends Error {
  override name = 'Unreachable'
  readonly host: string
  constructor(sentence: string, { host, cause }: { host: string; cause: Error }) {
    super(sentence, { cause })
    this.host = host
  }
}

const unreachable: ReadonlySet<string | undefined> = new Set([
  ...['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'],
])

/** An error of a connection to a host in words, Unreachable where there was none; the same error where it says enough by itself. */
export const inWords = (error: Error, host: string): Error => {
  const sentence = sentenceOf(error, host)
  if (unreachable.has((error as NodeJS.ErrnoException).code))
    return new Unreachable(sentence, { host, cause: error })
  return sentence === error.message ? error : new Error(sentence, { cause: error })
}

/** Fails the reading of a body when `signal` aborts. A body without a length would otherwise look complete. */
const failOnAbort = (response: IncomingMessage, signal: AbortSignal): void => {
  const fail = () => response.destroy(new Error('The request was given up.', { cause: signal.reason }))
  signal.addEventListener('abort', fail, { once: true })
  response.once('close', () => signal.removeEventListener('abort', fail))
}

/** Sends one request and resolves to its response head. The connection uses the addresses that the lookup has checked. */
const askOnce = (url: URL, outside: OutsideRequest): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const { method = 'GET', headers, body, signal, bounds } = outside
    const request = url.protocol === 'https:' ? requestHttps : requestHttp
    const asking = request(url, { method, headers, signal, agent: false, lookup: lookupIn(outside) })
    const late = setTimeout(() => {
      const late = new Error(`${url.host} did not answer within ${bounds.headersMs / 1_000} seconds.`)
      const isConnected = asking.socket?.connecting === false
      asking.destroy(isConnected ? late : Object.assign(late, { code: 'ETIMEDOUT' }))
    }, bounds.headersMs)
    asking.once('response', (response) => {
      clearTimeout(late)
      failOnAbort(response, signal)
      resolve(response)
    })
    asking.once('upgrade', (_, socket) => socket.destroy())
    asking.on('error', (error) => reject(inWords(error, url.host)))
    asking.once('close', () => {
      clearTimeout(late)
      reject(new Error(`${url.host} closed the connection without an answer.`))
    })
    asking.end(body)
  })

const redirects: readonly number[] = [301, 302, 303, 307, 308]

/**
 * Requests a URL of another host and follows redirects, each checked like the first, so that none leads into the blog's own network.
 * Resolves with the URL that answered and the head of the answer, whose body is for the caller to read or destroy. Throws what `refused`
 * makes for a URL that is not allowed, and another Error for what may pass.
 */
export const askOutside = async (
  address: string,
  outside: OutsideRequest,
): Promise<{ url: URL; response: IncomingMessage }> => {
  const { bounds, refused } = outside
  let url = checkedUrl(address, undefined, outside)
  for (let followed = 0; ; followed++) {
    const response = await askOnce(url, outside)
    if (!redirects.includes(response.statusCode ?? 0)) return { url, response }
    const { location } = response.headers
    response.destroy()
    if (location === undefined) throw refused(`${url.host} redirects without an address.`)
    if (followed === bounds.redirectsMax)
      throw refused(`The address redirects more than ${bounds.redirectsMax} times.`)
    url = checkedUrl(location, url, outside)
  }
}
