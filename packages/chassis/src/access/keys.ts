import { keySetPath } from '@logbook/contracts/identity.ts'
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose'
import { backoff } from '../pause.ts'
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
export const keysOf = (accountsUrl: string): JWTVerifyGetKey => {
  const keys = createRemoteJWKSet(new URL(`${accountsUrl}${keySetPath}`), {
    timeoutDuration: bounds.fetchMsMax,
    cooldownDuration: bounds.cooldownMs,
    // Old keys are better than none: they are renewed beside the requests, below.
    cacheMaxAge: Number.POSITIVE_INFINITY,
  })
  const fetchAhead = (failures = 0): void => {
    if (keys.jwks() !== undefined) return
    const again = () => setTimeout(fetchAhead, backoff(bounds.aheadMs, failures), failures + 1).unref()
    keys.reload().catch(again)
  }
  fetchAhead()
  let askedAt = 0
  const refresh = () => {
    const now = performance.now()
    if (keys.jwks() === undefined || now - askedAt < bounds.refreshMs) return
    askedAt = now
    keys.reload().catch(() => {})
  }
  return async (header, token) => {
    refresh()
    try {
      return await keys(header, token)
    } catch (cause) {
      if (refusals.some((refusal) => cause instanceof refusal)) throw cause
      const detail = 'Who you are can’t be verified at the moment.'
      throw new Problem('unavailable', { detail, retryAfter: 1, cause })
    }
  }
}
