import { hash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { Problem } from '@logbook/chassis/problem.ts'
import { parseCookie } from 'cookie'

/** What a request shows of who makes it. */
export interface Credential {
  kind: 'token' | 'session' | 'guest'
  /** Stands for it in memory, where the credential itself has no business. */
  key: string
  /** As accounts is to be asked. */
  shown: { authorization: string } | { cookie: string }
}

// A session's cookie has this prefix where there is TLS.
const sessionNames = ['__Secure-logbook.session_token', 'logbook.session_token']
const guestName = 'logbook_guest'

const apiToken = /^Bearer +(lb_[\w-]{1,500}) *$/i
const cookieCharsMax = 4_096

const of = (kind: Credential['kind'], shown: Credential['shown']): Credential => ({
  kind,
  shown,
  key: hash('sha256', JSON.stringify(shown), 'base64url'),
})

/**
 * The credential of a request: an API token, or else the cookie of a session, or else a guest's; undefined where there is none.
 * Throws `unauthenticated` for an Authorization that is not an API token: what services trust is not to be had from outside.
 */
export const credentialOf = ({ authorization, cookie }: IncomingHttpHeaders): Credential | undefined => {
  if (authorization !== undefined) {
    const token = apiToken.exec(authorization)?.[1]
    if (token === undefined)
      throw new Problem('unauthenticated', {
        detail: 'Send Authorization: Bearer and an API token of this Logbook.',
      })
    return of('token', { authorization: `Bearer ${token}` })
  }
  if (cookie === undefined || !cookie.includes('logbook')) return undefined
  const cookies = parseCookie(cookie, { decode: (value) => value })
  const [session] = sessionNames.filter((name) => cookies[name])
  const name = session ?? guestName
  const value = cookies[name]
  if (!value || value.length > cookieCharsMax) return undefined
  return of(session ? 'session' : 'guest', { cookie: `${name}=${value}` })
}
