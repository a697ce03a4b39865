import { randomUUID } from 'node:crypto'
import { requestIdPattern, securityHeaders } from '@logbook/chassis/http/app.ts'
import type { RawBody } from '@logbook/chassis/http/body.ts'
import { headers as names } from '@logbook/contracts/http/headers.ts'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { mediaTypes } from '../http/media-types.ts'
import { limits } from '../limits.ts'
import { headOf, type Publish } from './routes.ts'

const types: ReadonlySet<unknown> = new Set([mediaTypes.json, mediaTypes.ndjson])

/** The body's length if the request is an append as most are: plain, of known length, not from a page of another origin. */
const plainLength = ({ method, url, headers }: Request): number | undefined => {
  if (method !== 'POST' || url !== '/events') return undefined
  if (headers.origin !== undefined || headers['content-encoding'] !== undefined) return undefined
  const length = Number(headers['content-length'])
  const fits = types.has(headers['content-type']) && length > 0 && length <= limits.requestBytesMax
  return fits ? length : undefined
}

/** Reads a body of known length. A sender who goes away ends it in silence: there is nobody left to answer. */
const readBody = (req: Request, then: (bytes: Buffer) => void): void => {
  const chunks: Buffer[] = []
  req.on('data', (chunk: Buffer) => chunks.push(chunk))
  req.on('end', () => then(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
  req.on('error', () => {})
}

const requestIdOf = (req: Request): string => {
  const given = req.headers[names.requestId.toLowerCase()]
  return typeof given === 'string' && requestIdPattern.test(given) ? given : randomUUID()
}

interface EarlyAppends {
  publish: Publish
  /** What the router runs ahead of its routes, in order. A refusal of theirs is answered as the router would. */
  guards: readonly RequestHandler[]
  /** What each answer says of the log, name after value. */
  logHeaders: Readonly<Record<string, string>>
}

/**
 * Takes plain appends ahead of everything that Express does for the others, which costs more than the append itself. It does
 * what they would: the guards, a request id, the same headers, and errors through the same handler.
 */
export const createEarlyAppends = ({ publish, guards, logHeaders }: EarlyAppends): RequestHandler => {
  const fixed = { ...securityHeaders, ...logHeaders }
  const fixedHead = Object.entries(fixed).flat()
  const append = (req: Request, res: Response, next: NextFunction, requestId: string) => {
    res.locals.route = '/events'
    const fail = (error: unknown) => {
      res.locals.requestId = requestId
      for (const [name, value] of Object.entries(fixed)) res.setHeader(name, value)
      res.setHeader(names.requestId, requestId)
      next(error)
    }
    const admit = (index: number): void => {
      const guard = guards[index]
      try {
        if (guard === undefined) read()
        else void guard(req, res, (error?: unknown) => (error === undefined ? admit(index + 1) : fail(error)))
      } catch (error) {
        fail(error)
      }
    }
    const read = () =>
      readBody(req, (bytes) => {
        const body: RawBody = { contentType: String(req.headers['content-type']), bytes }
        publish(body, req, res).then((answer) => {
          res
            .writeHead(answer.status, [...fixedHead, names.requestId, requestId, ...headOf(answer)])
            .end(answer.text)
        }, fail)
      })
    admit(0)
  }

  return (req, res, next) => {
    if (plainLength(req) === undefined) next()
    else append(req, res, next, requestIdOf(req))
  }
}
