import type { IncomingMessage } from 'node:http'
import { admit } from '@logbook/chassis/access/admit.ts'
import type { ServiceOf } from '@logbook/chassis/access/service-tokens.ts'
import { bearerOf } from '@logbook/chassis/access/verify.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import type { Grant } from '@logbook/contracts/http/endpoint.ts'
import type { Caller } from '@logbook/contracts/identity.ts'

/** The service whose token this header has. Throws `unauthenticated` for an unknown token. */
const callerBy = (serviceOf: ServiceOf, authorization: string | undefined): Caller => {
  if (authorization === undefined) return { kind: 'nobody' }
  const token = bearerOf(authorization)
  const name = token === undefined ? undefined : serviceOf(token)
  if (name === undefined) throw new Problem('unauthenticated', { detail: 'This token is not known here.' })
  return { kind: 'service', name }
}

/** Who appends, by the token and the grants that the access check reads too. Throws `unauthenticated` or `forbidden`. */
export const appendCallerOf =
  ({ serviceOf, grants }: { serviceOf: ServiceOf; grants: readonly Grant[] }) =>
  (req: Pick<IncomingMessage, 'headers'>): Caller =>
    admit(callerBy(serviceOf, req.headers.authorization), { grants, service: 'event-bus' })
