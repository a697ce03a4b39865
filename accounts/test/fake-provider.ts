import { createHash, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { SignJWT } from 'jose'
import { vi } from 'vitest'
import { listening } from './listening.ts'

export interface Profile {
  id: string
  email: string
  isVerified: boolean
  name?: string
  /** Whatever else the site says of its user. */
  more?: Record<string, unknown>
}

export const providerKeys = { clientId: 'the-client', clientSecret: 'the-client-secret' }
export const providerSecrets = ['access-token-of-the-site', 'refresh-token-of-the-site']

const sites = new Set(['github.com', 'api.github.com', 'oauth2.googleapis.com'])

interface Granted {
  profile: Profile
  challenge: string | null
  redirectUri: string
}

/**
 * GitHub and Google as a server of this machine, to which what is asked of them is sent: the library knows them by their own addresses.
 * `grant` is what a person does there: it returns the code that their browser comes back with.
 */
export const startProvider = async () => {
  const codes = new Map<string, Granted>()
  let current: Profile | undefined
  let fails: string | undefined

  const idTokenOf = ({ id, email, isVerified, name, more }: Profile) =>
    new SignJWT({ ...more, sub: id, email, email_verified: isVerified, name })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode('nobody verifies what came over the line itself'))

  const token = async (form: URLSearchParams): Promise<[number, unknown]> => {
    const granted = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    const isRight =
      granted !== undefined &&
      form.get('client_id') === providerKeys.clientId &&
      form.get('client_secret') === providerKeys.clientSecret &&
      form.get('redirect_uri') === granted.redirectUri &&
      (granted.challenge === null || granted.challenge === challenge)
    if (!isRight) return [400, { error: 'invalid_grant' }]
    current = granted.profile
    const [access_token, refresh_token] = providerSecrets
    return [
      200,
      {
        access_token,
        refresh_token,
        token_type: 'bearer',
        expires_in: 3_600,
        scope: 'user',
        id_token: await idTokenOf(current),
      },
    ]
  }
  const answer = async (path: string, body: string): Promise<[number, unknown]> => {
    if (fails !== undefined && path.includes(fails)) return [500, { message: 'out of order' }]
    if (path.endsWith('/token') || path.endsWith('/access_token')) return token(new URLSearchParams(body))
    if (current === undefined) return [404, {}]
    const { id, email, isVerified, name, more } = current
    if (path === '/user/emails') return [200, [{ email, primary: true, verified: isVerified }]]
    return path === '/user'
      ? [200, { ...more, id, email, name, login: `login-${id}`, avatar_url: 'https://x.test/a.png' }]
      : [404, {}]
  }
  const server = createServer(async (req, res) => {
    let body = ''
    for await (const part of req) body += part
    const [status, said] = await answer(req.url ?? '', body)
    res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(said))
  })
  const port = await listening(server)

  const real = globalThis.fetch
  vi.stubGlobal('fetch', (input: string | URL | Request, init?: RequestInit) => {
    const url = new URL(input instanceof Request ? input.url : String(input))
    return sites.has(url.hostname) ? real(`http://127.0.0.1:${port}${url.pathname}`, init) : real(input, init)
  })

  return {
    /** The person agrees at the page that `url` is: the query of the way back. */
    grant(url: string, profile: Profile): URLSearchParams {
      const { searchParams } = new URL(url)
      const code = randomUUID()
      const redirectUri = searchParams.get('redirect_uri') ?? ''
      codes.set(code, { profile, challenge: searchParams.get('code_challenge'), redirectUri })
      return new URLSearchParams({ code, state: searchParams.get('state') ?? '' })
    },
    /** What is asked of paths with this in them is answered with 500. */
    fail(part: string | undefined): void {
      fails = part
    },
    close(): Promise<void> {
      vi.unstubAllGlobals()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
