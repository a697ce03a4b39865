import type { IncomingMessage } from 'node:http'
import type { AllowedTargets } from '@logbook/chassis/http/allowed-targets.ts'
import { askOutside } from '@logbook/chassis/http/ask-outside.ts'
import { limits } from './limits.ts'

/** Another host's answer that no other attempt would change. */
export class PageRefused extends Error {}

export interface Page {
  /** The address that answered, behind all redirects. */
  url: string
  status: number
  link: string | undefined
  /** Empty where it is no HTML. */
  html: string
  isHtml: boolean
}

const accept = { 'User-Agent': 'Logbook (webmention)', 'Accept-Encoding': 'identity' } as const
const bounds = { headersMs: limits.headersMs, redirectsMax: limits.redirectsMax }
const refused = (sentence: string) => new PageRefused(sentence)

const htmlType = /^\s*(?:text\/html|application\/xhtml\+xml)\s*(?:;|$)/i
const charsetOf = /;\s*charset\s*=\s*"?([\w:.-]+)/i

/** Decodes bytes as the other host says; a name that is not known is UTF-8. */
const textOf = (bytes: Buffer, type: string): string => {
  const [, label = 'utf-8'] = charsetOf.exec(type) ?? []
  try {
    return new TextDecoder(label).decode(bytes)
  } catch {
    return new TextDecoder().decode(bytes)
  }
}

const readBytes = async (response: IncomingMessage, host: string): Promise<Buffer> => {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of response as AsyncIterable<Buffer>) {
    length += piece.length
    if (length > limits.pageBytesMax)
      throw refused(`${host} sends a page of more than ${limits.pageBytesMax} bytes.`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

export type Pages = ReturnType<typeof createPages>

/**
 * Requests pages of other hosts, bounded in size and time. Compressed answers are refused unread: they were not requested, and may
 * expand without end.
 */
export const createPages = (allow: AllowedTargets) => {
  const signalOf = (stop: AbortSignal) => AbortSignal.any([stop, AbortSignal.timeout(limits.pageMsMax)])
  return {
    /** Throws PageRefused where no other attempt would help, and another Error for what may pass. */
    async get(address: string, stop: AbortSignal): Promise<Page> {
      const headers = { ...accept, Accept: 'text/html, application/xhtml+xml;q=0.9, */*;q=0.1' }
      const { url, response } = await askOutside(address, {
        ...{ allow, headers, bounds, refused, signal: signalOf(stop) },
      })
      try {
        const { statusCode: status = 0, headers: answered } = response
        const type = answered['content-type'] ?? ''
        const link = Array.isArray(answered.link) ? answered.link.join(', ') : answered.link
        const isHtml = htmlType.test(type)
        const about = { url: url.href, status, link, isHtml }
        if (status < 200 || status > 299 || !isHtml) return { ...about, html: '' }
        const coding = answered['content-encoding'] ?? 'identity'
        if (coding !== 'identity')
          throw refused(`${url.host} sends its page compressed, which was not requested.`)
        return { ...about, html: textOf(await readBytes(response, url.host), type) }
      } finally {
        response.destroy()
      }
    },
    /** Sends a form, and resolves to the status of the answer and its Retry-After. Redirects are not followed. */
    async post(address: string, form: URLSearchParams, stop: AbortSignal) {
      const headers = { ...accept, 'Content-Type': 'application/x-www-form-urlencoded' }
      const body = form.toString()
      const { response } = await askOutside(address, {
        ...{ allow, method: 'POST', body, refused, signal: signalOf(stop) },
        headers: { ...headers, 'Content-Length': String(Buffer.byteLength(body)) },
        bounds: { ...bounds, redirectsMax: 0 },
      })
      response.destroy()
      return { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] }
    },
  }
}
