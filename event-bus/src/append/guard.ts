import type { IncomingMessage } from 'node:http'
import type { ServiceOf } from '@logbook/chassis/access/service-tokens.ts'
import { admit } from '@logbook/chassis/access/table.ts'
import { bearerOf } from '@logbook/chassis/access/verify.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import type { BusAccess } from '../access.ts'

/** The service whose token this header has. Throws `unauthenticated` for an unknown token. */
const callerBy = (serviceOf: ServiceOf, authorization: string | undefined): Caller => {
  if (authorization === undefined) return { kind: 'nobody' }
  const token = bearerOf(authorization)
  const name = token === undefined ? undefined : serviceOf(token)
  if (name === undefined) throw new Problem('unauthenticated', { detail: 'This token is not known here.' })
  return { kind: 'service', name }
}

/** Who appends, by the token and the row of `POST /events` that the access check reads too. Throws `unauthenticated` or `forbidden`. */
export const appendCallerOf =
  ({ serviceOf, access }: { serviceOf: ServiceOf; access: BusAccess }) =>
  (req: Pick<IncomingMessage, 'headers'>): Caller =>
    admit(callerBy(serviceOf, req.headers.authorization), {
      grants: access['POST /events'],
      service: 'event-bus',
    })
