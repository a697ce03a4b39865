import type { IncomingMessage } from 'node:http'
import { securityHeaders } from '@logbook/chassis/http/app.ts'
import type { RawBody } from '@logbook/chassis/http/body.ts'
import type { FastPath } from '@logbook/chassis/http/fast-path.ts'
import { requestIdOf } from '@logbook/chassis/http/request-id.ts'
import { headers as names } from '@logbook/contracts/http/headers.ts'
import { mediaTypes } from '@logbook/contracts/http/media-types.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import { limits } from '../limits.ts'
import { headOf, type Publish } from './publish.ts'

const types: ReadonlySet<unknown> = new Set([mediaTypes.json, mediaTypes.ndjson])

/** The body's length for a plain append: uncompressed, of known length, not from a page of another origin. Undefined for others. */
const plainLength = ({ method, url, headers }: IncomingMessage): number | undefined => {
  if (method !== 'POST' || url !== '/events') return undefined
  if (headers.origin !== undefined || headers['content-encoding'] !== undefined) return undefined
  const length = Number(headers['content-length'])
  const fits = types.has(headers['content-type']) && length > 0 && length <= limits.requestBytesMax
  return fits ? length : undefined
}

/** Reads a body of known length. Does nothing where the sender disconnects. */
const readBody = (req: IncomingMessage, then: (bytes: Buffer) => void): void => {
  const chunks: Buffer[] = []
  req.on('data', (chunk: Buffer) => chunks.push(chunk))
  req.on('end', () => then(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
  req.on('error', () => {})
}

interface FastAppends {
  publish: Publish
  /** Returns the caller; throws for one that may not append. */
  callerOf: (req: IncomingMessage) => Caller
  /** The log's headers, for every answer. */
  logHeaders: Readonly<Record<string, string>>
}

/**
 * Handles plain appends before Express, which costs more than the append itself. A caller that may not append is left to the
 * routes, which refuse it the same way.
 */
export const createFastAppends = ({ publish, callerOf, logHeaders }: FastAppends): FastPath => {
  const fixedHead = Object.entries({ ...securityHeaders, ...logHeaders }).flat()
  return (req, res, fail) => {
    if (plainLength(req) === undefined) return undefined
    const caller = callerOf(req)
    const refuse = (error: unknown): void => {
      for (const [name, value] of Object.entries(logHeaders)) res.setHeader(name, value)
      fail(error)
    }
    readBody(req, (bytes) => {
      const body: RawBody = { contentType: String(req.headers['content-type']), bytes }
      publish({ ...body, caller, req }).then((answer) => {
        res
          .writeHead(answer.status, [...fixedHead, names.requestId, requestIdOf(req), ...headOf(answer)])
          .end(answer.text)
      }, refuse)
    })
    return '/events'
  }
}
