import type { Clock } from '@logbook/chassis/clock.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import type { Exchanged } from '@logbook/contracts/http/account-answers.ts'
import { type AccessClaims, accessToken } from '@logbook/contracts/identity.ts'
import { type ApiTokens, tokenPrefix } from '../people/api-tokens.ts'
import type { People } from '../people/people.ts'
import type { SigningKeys } from '../secrets/signing-keys.ts'
import type { Auth } from './auth.ts'
import type { GuestCookie } from './guest-cookie.ts'

/** The credentials that a browser or a script sent to the gateway. */
export interface SentCredentials {
  cookie?: string | undefined
  authorization?: string | undefined
  /** Create a guest where no credentials were sent. */
  guest?: boolean | undefined
}

interface TokenExchangeOptions {
  auth: Auth
  people: People
  apiTokens: ApiTokens
  guests: GuestCookie
  signingKeys: SigningKeys
  clock: Clock
  ids: Ids
}

interface Authenticated {
  /** Undefined for an anonymous caller. */
  claims: AccessClaims | undefined
  setCookie: string[]
}

const bearer = /^Bearer +(\S+) *$/i

/** Exchanges a session, an API token or a guest cookie for an access token. */
export const createTokenExchange = (given: TokenExchangeOptions) => {
  const { auth, people, apiTokens, guests, signingKeys, clock, ids } = given

  /** Throws `unauthenticated`: a script whose token has ended must learn of it, and not go on anonymously. */
  const byToken = (authorization: string): Authenticated => {
    const token = bearer.exec(authorization)?.[1]
    const found = token?.startsWith(tokenPrefix) ? apiTokens.bearerOf(token) : undefined
    const person = found?.bearer.kind === 'person' ? people.find(found.bearer.id) : found?.bearer
    if (found === undefined || person === undefined)
      throw new Problem('unauthenticated', { detail: 'This API token is unknown, revoked or expired.' })
    const { id: sub, role, name } = person
    const scopes = found.scopes === null ? {} : { scopes: found.scopes }
    return { claims: { kind: 'person', sub, role, name, via: found.id, ...scopes }, setCookie: [] }
  }

  const bySession = async (cookie: string): Promise<{ claims?: AccessClaims; setCookie: string[] }> => {
    if (cookie === '') return { setCookie: [] }
    const { session, setCookie } = await auth.sessionOf(cookie)
    if (session === undefined) return { setCookie }
    const person = people.find(session.personId)
    if (person === undefined) return { setCookie }
    const { id: sub, role, name } = person
    return { claims: { kind: 'person', sub, role, name, via: session.sessionId }, setCookie }
  }

  /** A caller without a live session may be a guest; the answer ends their session cookie. */
  const byCookie = async (cookie: string, mayCreate: boolean): Promise<Authenticated> => {
    const { claims, setCookie } = await bySession(cookie)
    if (claims !== undefined) return { claims, setCookie }
    const guest = asGuest(cookie, mayCreate)
    return { claims: guest?.claims, setCookie: [...setCookie, ...(guest?.setCookie ?? [])] }
  }

  const asGuest = (cookie: string, mayCreate: boolean): Authenticated | undefined => {
    const known = guests.read(cookie)
    if (known !== undefined) return { claims: { kind: 'guest', sub: known }, setCookie: [] }
    if (!mayCreate) return undefined
    const id = ids.next()
    return { claims: { kind: 'guest', sub: id }, setCookie: [guests.write(id)] }
  }

  return async ({ cookie = '', authorization, guest = false }: SentCredentials): Promise<Exchanged> => {
    const { claims, setCookie } =
      authorization === undefined ? await byCookie(cookie, guest) : byToken(authorization)
    if (claims === undefined) return { token: null, expiresAt: null, caller: { kind: 'nobody' }, setCookie }
    const iat = Math.floor(clock.now().getTime() / 1_000)
    const exp = iat + accessToken.secondsMax
    const { issuer: iss, audience: aud } = accessToken
    const { sub: id, via: _, ...rest } = { via: undefined, ...claims }
    return {
      token: await signingKeys.sign({ ...claims, iss, aud, iat, exp }),
      expiresAt: new Date(exp * 1_000).toISOString(),
      caller: { id, ...rest },
      setCookie,
    }
  }
}
export type TokenExchange = ReturnType<typeof createTokenExchange>
