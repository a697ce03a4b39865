import { operator, type Role } from '@logbook/contracts/identity.ts'
import { serviceToken } from '../run/service-tokens.ts'
import { addressOf, type Place, type ServiceName } from '../run/services.ts'

/** Where the services of a Logbook are, and what lets callers in there. */
export interface Callers {
  url(name: ServiceName): string
  /** The token of a service, or the operator's. */
  tokenOf(name?: string): string
  /** The header that the log lets in. */
  authorizationOf(name?: string): { Authorization: string }
  /** The header of an API token with this role, which the gateway lets in; accounts must be there when it is first asked for. */
  as(role: Role): Promise<{ Authorization: string }>
  /** The same as services take it themselves: an access token, which lasts a minute. */
  directlyAs(role: Role): Promise<{ Authorization: string }>
  /** An access token for what a browser shows. */
  directlyBy(shown: { authorization: string } | { cookie: string }): Promise<{ Authorization: string }>
}

/** The callers of the Logbook that runs, or will run, at this place. */
export const callersOf = (place: Place): Callers => {
  const tokens = new Map<Role, Promise<{ Authorization: string }>>()
  const post = async (path: string, body: unknown, headers: Record<string, string>): Promise<string> => {
    const answer = await fetch(`${callers.url('accounts')}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`accounts answers ${path}: ${answer.status} ${await answer.text()}`)
    const { token } = (await answer.json()) as { token: string }
    return token
  }
  const apiToken = async (role: Role) => {
    const body = { name: `A ${role} of tests`, role }
    return { Authorization: `Bearer ${await post('/operator/tokens', body, callers.authorizationOf())}` }
  }
  const callers: Callers = {
    url: (name) => addressOf(name, place),
    tokenOf: (name = operator) => serviceToken(name, place.dataFolder),
    authorizationOf: (name) => ({ Authorization: `Bearer ${callers.tokenOf(name)}` }),
    as(role) {
      const known = tokens.get(role) ?? apiToken(role)
      tokens.set(role, known)
      return known
    },
    directlyAs: async (role) => callers.directlyBy({ authorization: (await callers.as(role)).Authorization }),
    directlyBy: async (shown) => ({
      Authorization: `Bearer ${await post('/exchange', shown, callers.authorizationOf('gateway'))}`,
    }),
  }
  return callers
}
