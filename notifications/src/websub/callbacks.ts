import type { IncomingMessage } from 'node:http'
import type { AllowedTargets } from '@logbook/chassis/http/allowed-targets.ts'
import { askOutside } from '@logbook/chassis/http/ask-outside.ts'
import { limits } from './limits.ts'

/** An address that is not allowed, or that redirects. */
export class CallbackRefused extends Error {}

/** Adds fields behind the query that a callback has already, which stays as it is (W3C WebSub, 5.1.1). */
const withFields = (callback: string, fields: Record<string, string>): string => {
  const url = new URL(callback)
  const added = new URLSearchParams(fields).toString()
  url.search = url.search === '' ? added : `${url.search}&${added}`
  return url.href
}

/** The text of an answer, or undefined if it is longer than what is expected. */
const textOf = async (response: IncomingMessage, bytesMax: number): Promise<string | undefined> => {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of response as AsyncIterable<Buffer>) {
    length += piece.length
    if (length > bytesMax) return undefined
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString()
}

export type Callbacks = ReturnType<typeof createCallbacks>

/**
 * Requests callbacks of subscribers, bounded in time and in what is read. Redirects are not followed. Throws CallbackRefused for an
 * address that is not allowed or redirects, and another Error where there is no answer.
 */
export const createCallbacks = (allow: AllowedTargets) => {
  const bounds = { headersMs: limits.callbackMsMax, redirectsMax: 0 }
  const refused = (sentence: string) => new CallbackRefused(sentence)
  const common = (stop: AbortSignal) => {
    const signal = AbortSignal.any([stop, AbortSignal.timeout(limits.callbackMsMax)])
    return { allow, bounds, refused, signal }
  }
  const agent = { 'User-Agent': 'Logbook (WebSub)', 'Accept-Encoding': 'identity' }
  return {
    /** Asks by GET with these fields, and resolves to the status and to whether the body is the text that is expected. */
    async ask(callback: string, { fields, expected, stop }: Question) {
      const address = withFields(callback, fields)
      const { response } = await askOutside(address, { ...common(stop), headers: agent })
      try {
        const { statusCode: status = 0 } = response
        const isSuccess = status >= 200 && status <= 299
        const text = isSuccess ? await textOf(response, Buffer.byteLength(expected)) : undefined
        return { status, isExpected: text === expected }
      } finally {
        response.destroy()
      }
    },
    /** Sends content, and resolves to the status of the answer and its Retry-After. */
    async post(callback: string, { headers, body, stop }: Posting) {
      const length = { 'Content-Length': String(body.length) }
      const { response } = await askOutside(callback, {
        ...{ ...common(stop), method: 'POST', body },
        headers: { ...agent, ...headers, ...length },
      })
      response.destroy()
      return { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] }
    },
  }
}

interface Question {
  fields: Record<string, string>
  expected: string
  stop: AbortSignal
}

interface Posting {
  headers: Record<string, string>
  body: Buffer
  stop: AbortSignal
}
