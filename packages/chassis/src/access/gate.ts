import type { Grant } from '@logbook/contracts/http/endpoint.ts'
import type { Caller, Person } from '@logbook/contracts/identity.ts'
import type { Request, RequestHandler, Response } from 'express'
import { isProblem, Problem } from '../problem.ts'
import { admit } from './admit.ts'
import type { Verify } from './verify.ts'

const nobody: Caller = { kind: 'nobody' }

const isSafe = ({ method }: Request): boolean => method === 'GET' || method === 'HEAD'

/** Treats a reader of what anyone may read as anonymous while there are no keys to verify a token: the blog stays readable. */
const orNobody = async (verified: Caller | Promise<Caller>): Promise<Caller> => {
  try {
    return await verified
  } catch (error) {
    if (isProblem(error, 'unavailable')) return nobody
    throw error
  }
}

const letIn: RequestHandler = (_req, res, next) => {
  res.locals.caller = nobody
  next()
}

/** Admits callers by the grants of one endpoint, and notes who calls. Without `verify` it lets everyone in, as `nobody`. */
export const gateFor =
  ({ service, verify }: { service: string; verify: Verify | null }) =>
  (grants: readonly Grant[]): RequestHandler => {
    if (verify === null) return letIn
    return async (req, res, next) => {
      const shown = req.headers.authorization
      const verified = shown === undefined ? nobody : verify(shown)
      const caller = await (grants.includes('anyone') && isSafe(req) ? orNobody(verified) : verified)
      res.locals.caller = admit(caller, { grants, service })
      next()
    }
  }

/** Whose keys, votes and commands these are: the same text for the same caller, and for no other. */
export const callerKey = (caller: Caller): string => {
  if (caller.kind === 'nobody') return caller.kind
  return `${caller.kind} ${caller.kind === 'service' ? caller.name : caller.id}`
}

/** Who makes this request. Only behind a gate is that known. */
export const callerOf = (res: Pick<Response, 'locals'>): Caller => {
  const caller: Caller | undefined = res.locals.caller
  if (caller === undefined) throw new Error('No gate stands in front of this route.')
  return caller
}

/** The person who calls. Throws `forbidden` for other callers, which an endpoint for people alone does not let in. */
export const personOf = (caller: Caller): Person => {
  if (caller.kind !== 'person') throw new Problem('forbidden')
  return caller
}
