import type { IncomingMessage, ServerResponse } from 'node:http'
import { isKnownEtag } from '@logbook/chassis/http/coding.ts'
import { lowerCase } from './answer-headers.ts'

export interface WholeAnswer {
  status: number
  /** Names and values in turn. */
  headers: readonly string[]
  body: Buffer
  /** Undefined where it can't be confirmed to who has it. */
  etag: string | undefined
  countedView: string | undefined
}

/** A request that is to be answered. */
interface Open {
  req: IncomingMessage
  res: ServerResponse
  /** Headers of the gateway's own: names and values in turn. */
  own: readonly string[]
  onView?: ((view: string) => void) | undefined
}

/** What a 304 does not say: it has no body (RFC 9110, 15.4.5). */
const ofTheBody = new Set(['content-length', 'content-encoding', 'content-type'])

const withoutBody = (headers: readonly string[]): string[] =>
  headers.filter((_, at) => !ofTheBody.has(lowerCase(headers[at - (at % 2)] ?? '')))

/** Gives an answer that is there as a whole: 304 to who has it already, its head alone to HEAD. Adds `own` headers. */
export const sendWhole = (
  { req, res, own, onView }: Open,
  { status, headers, body, etag, countedView }: WholeAnswer,
): void => {
  if (res.destroyed) return
  if (countedView !== undefined && status === 200) onView?.(countedView)
  const ifNoneMatch = req.headers['if-none-match']
  const isKnown =
    status === 200 && ifNoneMatch !== undefined && etag !== undefined && isKnownEtag(ifNoneMatch, etag)
  if (isKnown) return void res.writeHead(304, withoutBody(headers).concat(own)).end()
  res.writeHead(status, headers.concat(own))
  if (req.method === 'HEAD') res.end()
  else res.end(body)
}
