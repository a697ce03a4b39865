import { roomFor } from '@logbook/chassis/cache-room.ts'
import { type Clock, systemClock } from '@logbook/chassis/clock.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { exchanged } from '@logbook/contracts/http/account-answers.ts'
import { accessToken } from '@logbook/contracts/identity.ts'
import axios, { isAxiosError } from 'axios'
import { LRUCache } from 'lru-cache'
import { limits } from '../limits.ts'
import type { Credential } from './credential.ts'

/** A person as a page names them. */
export interface Reader {
  id: string
  name: string
}

/** Who someone is, as the services behind are told. */
export interface Identity {
  /** The access token, valid for a minute; null for an anonymous caller. */
  token: string | null
  /** The person or guest; undefined for an anonymous caller. */
  id: string | undefined
  /** Of a person who reads, and has no other role, by a session; their pages differ from each other in the name alone. */
  reader?: Reader | undefined
  /** True of someone who writes, moderates or owns the blog. */
  works?: boolean | undefined
  /** True of someone with an account. */
  isPerson?: boolean | undefined
  /** How many notices are unread, for pages; undefined where that is not known. */
  unread?: number | undefined
  /** `Set-Cookie` values for the browser; for an anonymous caller they expire the cookie that it sent. */
  setCookie: readonly string[]
}

export interface Exchange {
  /** Who shows this. Rejects with `unavailable` where only accounts would know and is away, and `unauthenticated` for a token that is none. */
  identityOf(credential: Credential): Promise<Identity>
  /** The same where it is cached; undefined where accounts has to be asked. */
  known(credential: Credential): Identity | undefined
  /** Someone new, without an account. Rejects with `unavailable`. */
  newGuest(): Promise<Identity>
  /** Drops the cached identity, since the account has changed. */
  forget(credential: Credential): void
}

interface Known {
  identity: Identity
  endsAtMs: number
}

interface ExchangeOptions {
  accountsUrl: string
  /** The gateway's own token. */
  serviceToken: string
  clock?: Pick<Clock, 'steady'>
}

const keptMs = accessToken.secondsMax * 1_000 - limits.renewBeforeMs

/** Turns what a browser or script shows into an access token, by asking accounts. What was answered is kept while it lasts. */
export const createExchange = ({
  accountsUrl,
  serviceToken,
  clock = systemClock,
}: ExchangeOptions): Exchange => {
  const known = new LRUCache<string, Known>(roomFor(limits.identitiesMax))
  const asking = new Map<string, Promise<Identity>>()
  const http = axios.create({
    baseURL: accountsUrl,
    timeout: limits.exchangeMsMax,
    maxRedirects: 0,
    maxContentLength: limits.exchangeBytesMax,
    headers: { Authorization: `Bearer ${serviceToken}` },
    proxy: false,
  })

  const ask = async (shown: object): Promise<Known> => {
    // From before it was asked for, and not by what the clock of accounts says: either may be set meanwhile.
    const begun = clock.steady()
    try {
      const { data } = await http.post('/exchange', shown)
      const { token, caller, setCookie } = exchanged.parse(data)
      return {
        identity: {
          token,
          id: caller.kind === 'nobody' ? undefined : caller.id,
          reader: caller.kind === 'person' && caller.role === 'reader' ? caller : undefined,
          isPerson: caller.kind === 'person',
          works: caller.kind === 'person' && caller.role !== 'reader',
          setCookie,
        },
        endsAtMs: begun + (token === null ? limits.unknownMs : keptMs),
      }
    } catch (cause) {
      // A word about the credential, and no trouble of accounts'.
      if (
        isAxiosError(cause) &&
        cause.response?.status === 401 &&
        cause.response.data?.code === 'unauthenticated'
      )
        throw new Problem('unauthenticated', { detail: 'The token is not valid or has expired.' })
      throw new Problem('unavailable', {
        detail: 'You cannot be authenticated at the moment. Try again shortly.',
        retryAfter: limits.retryAfterSeconds,
        extensions: { service: 'accounts' },
        cause,
      })
    }
  }

  const learn = async ({ key, shown }: Credential): Promise<Identity> => {
    const { identity, endsAtMs } = await ask(shown)
    // Cookies are for the browser that asked, once. That a session has ended may be said to every request that shows it.
    const kept = identity.token === null ? identity : { ...identity, setCookie: [] }
    known.set(key, { identity: kept, endsAtMs })
    return identity
  }

  const knownOf = ({ key }: Credential): Identity | undefined => {
    const kept = known.get(key)
    return kept && clock.steady() < kept.endsAtMs ? kept.identity : undefined
  }

  return {
    known: knownOf,
    async identityOf(credential) {
      const { key } = credential
      const kept = knownOf(credential)
      if (kept) return kept
      const begun = asking.get(key)
      if (begun) return begun
      const answer = learn(credential).finally(() => asking.delete(key))
      asking.set(key, answer)
      return answer
    },
    newGuest: async () => (await ask({ guest: true })).identity,
    forget: ({ key }) => void known.delete(key),
  }
}
