import type { Grant } from '@logbook/contracts/http/endpoint.ts'
import { type Caller, operator, scraper } from '@logbook/contracts/identity.ts'
import { Problem, signInFirst } from '../problem.ts'

const isGranted = (grants: readonly Grant[], caller: Caller): boolean => {
  switch (caller.kind) {
    case 'nobody':
      return false
    case 'guest':
      return grants.includes('guest')
    case 'person':
      return grants.includes(caller.role)
    case 'service':
      if (caller.name === operator || caller.name === scraper) return grants.includes(caller.name)
      return grants.includes(`service:${caller.name}`) || grants.includes('service:*')
    default:
      return caller satisfies never
  }
}

const reaches = (caller: Caller, service: string): boolean =>
  caller.kind !== 'person' ||
  caller.scopes === undefined ||
  caller.scopes.includes('all') ||
  caller.scopes.includes(service)

/**
 * Who a caller is to one endpoint of a service. A token whose scopes leave the service out makes its caller anonymous there. Throws
 * `unauthenticated` where an anonymous caller is not enough, and `forbidden` for one without the grant.
 */
export const admit = (
  caller: Caller,
  { grants, service }: { grants: readonly Grant[]; service: string },
): Caller => {
  const reaching = reaches(caller, service)
  if (grants.includes('anyone')) return reaching ? caller : { kind: 'nobody' }
  if (caller.kind === 'nobody') throw signInFirst()
  if (!reaching) throw new Problem('forbidden', { detail: `This token is not for ${service}.` })
  if (!isGranted(grants, caller)) throw new Problem('forbidden', { detail: 'This is not yours to do.' })
  return caller
}
