import { type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import type { AllowedTargets } from '@logbook/chassis/http/allowed-targets.ts'
import { MediaRefused } from '../types/refused.ts'
import type { FetchLimits } from './limits.ts'

interface Asking {
  allow: AllowedTargets
  headers: Record<string, string>
  signal: AbortSignal
  bounds: FetchLimits
}

/** Checks the URL itself; the addresses behind a host name are checked at its lookup. */
const checkedUrl = (address: string, from: URL | undefined, allow: AllowedTargets): URL => {
  const url = URL.parse(address, from?.href)
  if (url === null) throw new MediaRefused('The address, or one that it redirects to, is invalid.')
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new MediaRefused(`Addresses of files begin with http:// or https://, not with ${url.protocol}`)
  if (url.username !== '' || url.password !== '')
    throw new MediaRefused('Credentials do not belong in an address.')
  const objection = allow.objectionToLiteral(url)
  if (objection !== undefined) throw new MediaRefused(objection)
  return url
}

/** The DNS lookup of `allow`. Its objections, unlike DNS failures, have no code and are permanent. */
const lookupIn =
  (allow: AllowedTargets): LookupFunction =>
  (host, options, callback) =>
    allow.lookup(host, options, (error, address, family) => {
      const isObjection = error !== null && error.code === undefined
      callback(isObjection ? new MediaRefused(error.message) : error, address, family)
    })

/** Sends one request and resolves to its response head. The connection uses the addresses that the lookup has checked. */
const askOnce = (url: URL, { allow, headers, signal, bounds }: Asking): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? requestHttps : requestHttp
    const asking = request(url, { headers, signal, agent: false, lookup: lookupIn(allow) })
    const late = setTimeout(() => {
      asking.destroy(new Error(`${url.host} did not answer within ${bounds.headersMs / 1_000} seconds.`))
    }, bounds.headersMs)
    asking.once('response', (response) => {
      clearTimeout(late)
      resolve(response)
    })
    asking.once('upgrade', (_, socket) => socket.destroy())
    asking.on('error', reject)
    asking.once('close', () => {
      clearTimeout(late)
      reject(new Error(`${url.host} closed the connection without an answer.`))
    })
    asking.end()
  })

const redirects: readonly number[] = [301, 302, 303, 307, 308]

/** Requests a URL and follows redirects, each checked like the first. Throws MediaRefused for a URL that is not allowed. */
export const ask = async (
  address: string,
  asking: Asking,
): Promise<{ url: URL; response: IncomingMessage }> => {
  let url = checkedUrl(address, undefined, asking.allow)
  for (let followed = 0; ; followed++) {
    const response = await askOnce(url, asking)
    if (!redirects.includes(response.statusCode ?? 0)) return { url, response }
    const { location } = response.headers
    response.destroy()
    if (location === undefined) throw new MediaRefused(`${url.host} redirects without an address.`)
    if (followed === asking.bounds.redirectsMax)
      throw new MediaRefused(`The address redirects more than ${asking.bounds.redirectsMax} times.`)
    url = checkedUrl(location, url, asking.allow)
  }
}

/** The validator (a strong ETag or date) that lets an interrupted download resume; null without one. */
export const validatorOf = ({ etag, 'last-modified': lastModified }: IncomingHttpHeaders): string | null => {
  return etag !== undefined && !etag.startsWith('W/') ? etag : (lastModified ?? null)
}
