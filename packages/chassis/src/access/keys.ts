import { keySetPath } from '@logbook/contracts/identity.ts'
import * as errors from 'jose/errors'
import { createRemoteJWKSet } from 'jose/jwks/remote'
import type { JWTVerifyGetKey } from 'jose/jwt/verify'
import { backoff } from '../async/pause.ts'
import { type Clock, systemClock } from '../clock.ts'
import { Problem } from '../problem.ts'

const bounds = {
  fetchMsMax: 2_000,
  /** Between two fetches because of a key that is not known, so that forged tokens can't make a flood of them. */
  cooldownMs: 5_000,
  refreshMs: 10 * 60_000,
  /** Between two tries to have them ahead of the first who needs them. */
  aheadMs: { initial: 100, max: 5_000 },
} as const

/** What the key set itself says of a token; anything else means that the set could not be had. */
const refusals = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported]

/**
 * The keys that accounts signs with, fetched from now on until they come, and kept while accounts is away. Throws `unavailable`
 * where a key is needed and can't be had.
 */
export const keysOf = (
  accountsUrl: string,
  { steady }: Pick<Clock, 'steady'> = systemClock,
): JWTVerifyGetKey => {
  const keys = createRemoteJWKSet(new URL(`${accountsUrl}${keySetPath}`), {
    timeoutDuration: bounds.fetchMsMax,
    // The library measures both by the wall clock: when the set is fetched again is decided below.
    cooldownDuration: Number.POSITIVE_INFINITY,
    // Old keys are better than none.
    cacheMaxAge: Number.POSITIVE_INFINITY,
  })
  const fetchAhead = (failures = 0): void => {
    if (keys.jwks() !== undefined) return
    const again = () => setTimeout(fetchAhead, backoff(bounds.aheadMs, failures), failures + 1).unref()
    keys.reload().then(() => {
      askedAt = steady()
    }, again)
  }
  let askedAt = Number.NEGATIVE_INFINITY
  fetchAhead()
  /** Undefined where that was done within `intervalMs`. */
  const reload = (intervalMs: number): Promise<void> | undefined => {
    if (steady() - askedAt < intervalMs) return undefined
    askedAt = steady()
    return keys.reload()
  }
  const known: JWTVerifyGetKey = async (header, token) => {
    try {
      return await keys(header, token)
    } catch (error) {
      // A key that was made since, perhaps.
      const reloading = error instanceof errors.JWKSNoMatchingKey ? reload(bounds.cooldownMs) : undefined
      if (reloading === undefined) throw error
      await reloading
      return keys(header, token)
    }
  }
  return async (header, token) => {
    if (keys.jwks() === undefined) askedAt = steady()
    else reload(bounds.refreshMs)?.catch(() => {})
    try {
      return await known(header, token)
    } catch (cause) {
      if (refusals.some((refusal) => cause instanceof refusal)) throw cause
      const detail = 'Who you are can’t be verified at the moment.'
      throw new Problem('unavailable', { detail, retryAfter: 1, cause })
    }
  }
}
