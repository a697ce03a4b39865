import { headers } from '@logbook/contracts/http/headers.ts'
import type { LogIdentity } from '@logbook/contracts/http/log-identity.ts'
import type { Request, Response } from 'express'
import { invalid, Problem } from '../problem.ts'

const etagPattern = /^"(\d{1,15})"$/

/** A version as a strong entity tag. */
export const etagOf = (version: number): string => `"${version}"`

/** The version that If-Match asks for; undefined where there is none or it is `*`. A tag that is not ours can't match: 412. */
export const ifMatchVersion = (req: Request): number | undefined => {
  const value = req.get('If-Match')
  if (value === undefined || value.trim() === '*') return undefined
  const version = etagPattern.exec(value.trim())?.[1]
  if (version === undefined)
    throw new Problem('precondition-failed', { detail: 'If-Match must be the ETag of an earlier answer.' })
  return Number(version)
}

const idempotencyKey = /^[\x21-\x7e]{1,200}$/
// RFC 9562's versions and variant alone, as in the contracts: what is let in here may stand in an event.
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i

/** The Idempotency-Key header, 1 to 200 printable ASCII characters, or undefined. */
export const idempotencyKeyOf = (req: Request): string | undefined => {
  const value = req.get('Idempotency-Key')
  if (value !== undefined && !idempotencyKey.test(value))
    throw invalid('Idempotency-Key', 'must be 1 to 200 printable ASCII characters')
  return value
}

/** A path parameter that must be a UUID; anything else names nothing that could exist. */
export const uuidParam = (req: Request, name: string): string => {
  const value = req.params[name]
  if (typeof value !== 'string' || !uuid.test(value))
    throw new Problem('not-found', { detail: `${String(value).slice(0, 100)} is not an id.` })
  return value.toLowerCase()
}

/** The headers that say which log a position is of, name after value. */
export const logHeaders = ({ id, epoch }: LogIdentity): Record<string, string> => ({
  [headers.logId]: id,
  [headers.logEpoch]: String(epoch),
})

/** Says how far an answer reflects the log, or to where a command came, and of which log that is; undefined where that is not known. */
export const setPosition = (
  res: Response,
  { position, log }: { position: number; log: LogIdentity | undefined },
): void => {
  // As Node sets them: what Express's own `set` looks for costs as much again.
  res.setHeader(headers.position, String(position))
  if (log === undefined) return
  res.setHeader(headers.logId, log.id)
  res.setHeader(headers.logEpoch, String(log.epoch))
}

/** Answers a command: the state that it led to, with the position at which the log holds it. */
export const answerCommand = (
  res: Response,
  {
    status,
    position,
    version,
    location,
    body,
  }: { status: number; position: number; version?: number; location?: string; body: unknown },
): void => {
  setPosition(res, { position, log: res.locals.log ?? res.locals.agreed?.current })
  if (version !== undefined) res.set('ETag', etagOf(version))
  if (location !== undefined) res.location(location)
  res.status(status).json(body)
}

/** Sets `Link: rel="next"`: this request with some of its parameters replaced. */
export const linkNext = (req: Request, parameters: Record<string, string>): string => {
  const [path = '', query = ''] = req.originalUrl.split('?')
  const search = new URLSearchParams(query)
  for (const [name, value] of Object.entries(parameters)) search.set(name, value)
  return `<${path}?${search}>; rel="next"`
}
