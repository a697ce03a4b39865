import { accessClaims, accessToken, type Caller } from '@logbook/contracts/identity.ts'
import type { JWTPayload } from 'jose'
import { type JWTVerifyGetKey, jwtVerify } from 'jose/jwt/verify'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { roomFor } from '../cache-room.ts'
import { type Clock, earliest, latest, systemClock } from '../clock.ts'
import { Problem } from '../problem.ts'
import type { ServiceOf } from './service-tokens.ts'

/** Who is behind an Authorization header. Rejects with `unauthenticated` for one that proves nothing. */
export type Verify = (authorization: string) => Promise<Caller>

const bounds = {
  /** Clocks of two machines are never quite the same. */
  clockToleranceS: 5,
  /** Verified tokens that are known by sight until they end: a signature is checked once, not with every request. */
  tokensMax: 10_000,
} as const

const bearer = /^Bearer +([\w.~+/-]+=*) *$/i

/** The token in an Authorization header, or undefined where it holds something else. */
export const bearerOf = (authorization: string): string | undefined => bearer.exec(authorization)?.[1]

/** A token's first and last second, as far as it says so itself. */
const lifeClaims = z.object({ iat: z.number(), exp: z.number() })

const notKnown = (detail: string): Problem => new Problem('unauthenticated', { detail })

const callerOfClaims = (payload: unknown): Caller => {
  const { sub: id, ...claims } = accessClaims.parse(payload)
  if (claims.kind === 'guest') return { kind: 'guest', id }
  const { kind, role, name, scopes, via } = claims
  return {
    ...{ kind, id, role, name },
    ...(scopes === undefined ? {} : { scopes }),
    ...(via === undefined ? {} : { via }),
  }
}

interface VerifyOptions {
  /** The keys of access tokens; without them none is taken. */
  keys?: JWTVerifyGetKey
  /** Knows services by their tokens; without it none is known. */
  serviceOf?: ServiceOf
  clock?: Clock
}

const toleranceMs = bounds.clockToleranceS * 1_000
const lifeMsMax = accessToken.secondsMax * 1_000

/**
 * Takes access tokens signed by one of `keys`, and service tokens. Rejects with `unavailable` where no key can be had. A token may have
 * been signed before the wall clock was set, or after: it begins by the clock that is ahead, and ends by the one that is behind, at the
 * latest one life after it was first seen.
 */
export const createVerify = ({ keys, serviceOf, clock = systemClock }: VerifyOptions): Verify => {
  const seen = new LRUCache<string, { caller: Caller; endsAt: number }>(roomFor(bounds.tokensMax))

  /** Throws for a token that has not begun, or is longer than any that accounts signs. Returns how long it lasts from now on, in ms. */
  const lastsMs = (payload: JWTPayload): number => {
    const { iat, exp } = lifeClaims.parse(payload)
    if ((exp - iat) * 1_000 > lifeMsMax) throw new RangeError('it lasts too long')
    if (iat * 1_000 > latest(clock) + toleranceMs) throw new RangeError('it has not begun')
    return Math.min(exp * 1_000 - earliest(clock), lifeMsMax) + toleranceMs
  }

  const verified = async (token: string, getKey: JWTVerifyGetKey): Promise<Caller> => {
    const known = seen.get(token)
    if (known && known.endsAt > clock.steady()) return known.caller
    if (known) throw new RangeError('it has ended')
    const { payload } = await jwtVerify(token, getKey, {
      issuer: accessToken.issuer,
      audience: accessToken.audience,
      algorithms: [accessToken.algorithm],
      requiredClaims: ['exp', 'iat', 'sub'],
      clockTolerance: bounds.clockToleranceS,
      currentDate: new Date(earliest(clock)),
    })
    const caller = callerOfClaims(payload)
    seen.set(token, { caller, endsAt: clock.steady() + lastsMs(payload) })
    return caller
  }

  return async (authorization) => {
    const token = bearerOf(authorization)
    if (token === undefined) throw notKnown('Send Authorization: Bearer and a token.')
    // Of the two kinds, only an access token has dots.
    if (token.includes('.') && keys) {
      try {
        return await verified(token, keys)
      } catch (error) {
        if (error instanceof Problem) throw error
        throw notKnown('The token is not valid or has expired.')
      }
    }
    const name = serviceOf?.(token)
    if (name === undefined) throw notKnown('This token is not known here.')
    return { kind: 'service', name }
  }
}
