import { hash } from 'node:crypto'
import type { Request, Response } from 'express'
import { callerKey, callerOf } from '../access/gate.ts'
import type { Idempotency } from '../command/command.ts'
import { derivedId } from '../ids.ts'
import { idempotencyKeyOf } from './answers.ts'

/** JSON with the keys of objects in order, so that two ways of writing one body are the same text. */
const canonical = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, each]) => [key, canonical(each)])
}

/**
 * What an Idempotency-Key makes of a command: an id of its own per service and caller, and a fingerprint of what was asked.
 * Undefined without the header. `body` is the validated one: its depth is bounded.
 */
export const idempotencyOf = (
  req: Request,
  res: Response,
  { service, body }: { service: string; body: unknown },
): Idempotency | undefined => {
  const key = idempotencyKeyOf(req)
  if (key === undefined) return undefined
  const asked = JSON.stringify([req.method, req.path, canonical(body) ?? null])
  return {
    id: derivedId(service, callerKey(callerOf(res)), key),
    digest: hash('sha256', asked, 'base64url'),
  }
}
