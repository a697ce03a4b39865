import type { Clock } from '@logbook/chassis/clock.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import type { Exchanged } from '@logbook/contracts/http/account-answers.ts'
import { type AccessClaims, accessToken } from '@logbook/contracts/identity.ts'
import type { Auth } from './auth/auth.ts'
import type { GuestCookie } from './guest-cookie.ts'
import { type ApiTokens, tokenPrefix } from './people/api-tokens.ts'
import type { People } from './people/people.ts'
import type { SigningKeys } from './secrets/signing-keys.ts'

/** What a browser or a script showed at the gateway. */
export interface Shown {
  cookie?: string | undefined
  authorization?: string | undefined
  /** Make a guest of whoever showed nothing. */
  guest?: boolean | undefined
}

interface ExchangeOptions {
  auth: Auth
  people: People
  apiTokens: ApiTokens
  guests: GuestCookie
  signingKeys: SigningKeys
  clock: Clock
  ids: Ids
}

type Claimed = { claims: AccessClaims; setCookie: string[] } | undefined

const bearer = /^Bearer +(\S+) *$/i

/** Turns a session, an API token or a guest's cookie into the token that services take. */
export const createExchange = (given: ExchangeOptions) => {
  const { auth, people, apiTokens, guests, signingKeys, clock, ids } = given

  /** Throws `unauthenticated`: a script whose token ended must hear of it, and not go on as nobody. */
  const byToken = (authorization: string): Claimed => {
    const token = bearer.exec(authorization)?.[1]
    const found = token?.startsWith(tokenPrefix) ? apiTokens.bearerOf(token) : undefined
    const person = found?.bearer.kind === 'person' ? people.find(found.bearer.id) : found?.bearer
    if (found === undefined || person === undefined)
      throw new Problem('unauthenticated', { detail: 'This token is not valid, or no longer.' })
    const { id: sub, role, name } = person
    const scopes = found.scopes === null ? {} : { scopes: found.scopes }
    return { claims: { kind: 'person', sub, role, name, ...scopes }, setCookie: [] }
  }

  const bySession = async (cookie: string): Promise<Claimed> => {
    const session = await auth.sessionOf(cookie)
    const person = session && people.find(session.personId)
    if (session === undefined || person === undefined) return undefined
    const { id: sub, role, name } = person
    return { claims: { kind: 'person', sub, role, name }, setCookie: session.setCookie }
  }

  const asGuest = (cookie: string, mayMake: boolean): Claimed => {
    const known = guests.read(cookie)
    if (known !== undefined) return { claims: { kind: 'guest', sub: known }, setCookie: [] }
    if (!mayMake) return undefined
    const id = ids.next()
    return { claims: { kind: 'guest', sub: id }, setCookie: [guests.write(id)] }
  }

  return async ({ cookie = '', authorization, guest = false }: Shown): Promise<Exchanged> => {
    const claimed =
      authorization === undefined
        ? ((cookie === '' ? undefined : await bySession(cookie)) ?? asGuest(cookie, guest))
        : byToken(authorization)
    if (claimed === undefined)
      return { token: null, expiresAt: null, caller: { kind: 'nobody' }, setCookie: [] }
    const { claims, setCookie } = claimed
    const iat = Math.floor(clock.now().getTime() / 1_000)
    const exp = iat + accessToken.secondsMax
    const { issuer: iss, audience: aud } = accessToken
    const { sub: id, ...rest } = claims
    return {
      token: await signingKeys.sign({ ...claims, iss, aud, iat, exp }),
      expiresAt: new Date(exp * 1_000).toISOString(),
      caller: { id, ...rest },
      setCookie,
    }
  }
}
export type Exchange = ReturnType<typeof createExchange>
