import { pause } from '@logbook/chassis/async/pause.ts'
import type { Header } from '@logbook/chassis/http/serve.ts'
import type { Auth } from './auth.ts'
import { authUrl } from './auth-url.ts'
import type { RefuseGuessable } from './guessable.ts'
import type { RateLimits } from './rate-limits.ts'
import { problemOf } from './translate.ts'

/** What each group of better-auth's routes takes. */
export interface AuthRouteParts {
  callAuth: AuthCall
  rateLimits: RateLimits
  answerUniformly: UniformAnswer
  refuseGuessable: RefuseGuessable
}

/** With a body by POST, without one by GET. */
export type AuthCall = (
  header: Header,
  to: { path: string; body?: unknown; query?: Record<string, string> },
) => Promise<Response>

const forwardedHeaders = ['cookie', 'user-agent', 'x-forwarded-for'] as const

/** Calls better-auth as a browser at the public address would. The origin of the request is checked before. */
export const createAuthCall =
  ({ auth, publicUrl }: { auth: Auth; publicUrl: string }): AuthCall =>
  (header, { path, body, query }) => {
    const headers = new Headers({ Origin: new URL(publicUrl).origin })
    for (const name of forwardedHeaders) {
      const value = header(name)
      if (value !== undefined) headers.set(name, value)
    }
    const url = `${authUrl(publicUrl)}${path}${query === undefined ? '' : `?${new URLSearchParams(query)}`}`
    if (body === undefined) return auth.handle(new Request(url, { headers }))
    headers.set('Content-Type', 'application/json')
    return auth.handle(new Request(url, { method: 'POST', headers, body: JSON.stringify(body) }))
  }

/** Throws the problem of a refusal; otherwise returns the response. */
export const accepted = async (answer: Response): Promise<Response> => {
  if (answer.status >= 400) throw await problemOf(answer)
  return answer
}

/** The cookies that a response sets, as the headers of an answer. */
export const cookiesOf = ({ headers }: Response) => ({ 'Set-Cookie': headers.getSetCookie() })

/** Runs `work` and answers that a mail is on its way, with the same body and the same least delay whatever it did. */
export type UniformAnswer = (work: () => Promise<unknown>) => Promise<{ body: { status: 'check-your-mail' } }>

/** Each answer takes at least `msMin`, so that its time does not show whether an address is known. */
export const createUniformAnswer =
  (msMin: number): UniformAnswer =>
  async (work) => {
    await Promise.all([work(), pause(msMin)])
    return { body: { status: 'check-your-mail' } }
  }
