import { pause } from '@logbook/chassis/async/pause.ts'
import { jsonBody } from '@logbook/chassis/http/body.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { accountBytesMax } from '@logbook/contracts/http/accounts.ts'
import type { Request, RequestHandler, Response } from 'express'
import type { z } from 'zod'
import type { Auth } from './auth.ts'
import { authUrl } from './auth-url.ts'
import type { RefuseGuessable } from './guessable.ts'
import type { RateLimits } from './rate-limits.ts'
import { problemOf } from './translate.ts'

/** What each group of better-auth's routes takes. */
export interface AuthRouteParts {
  callAuth: AuthCall
  post: Post
  rateLimits: RateLimits
  answerUniformly: UniformAnswer
  refuseGuessable: RefuseGuessable
}

/** A raw handler: reads the body, applies rate limits, validates, and calls `run` with the valid body. */
export type Post = <Schema extends z.ZodType>(
  schema: Schema,
  limits: readonly RequestHandler[],
  run: (given: z.output<Schema>, req: Request, res: Response) => Promise<void>,
) => { raw: RequestHandler[] }

const readBody = jsonBody({ bytesMax: accountBytesMax })

export const post: Post = (schema, limits, run) => ({
  raw: [...readBody, ...limits, (req, res) => run(validate(schema, req.body), req, res)],
})

export type AuthCall = (
  req: Request,
  to: { path: string; method?: 'GET'; body?: unknown; query?: Record<string, string> },
) => Promise<globalThis.Response>

const forwardedHeaders = ['cookie', 'user-agent', 'x-forwarded-for'] as const

/** Calls better-auth as a browser at the public address would. The origin of the request is checked before. */
export const createAuthCall =
  ({ auth, publicUrl }: { auth: Auth; publicUrl: string }): AuthCall =>
  (req, { path, method = req.method, body, query }) => {
    const headers = new Headers({ Origin: new URL(publicUrl).origin })
    for (const name of forwardedHeaders) {
      const value = req.get(name)
      if (value !== undefined) headers.set(name, value)
    }
    if (body !== undefined) headers.set('Content-Type', 'application/json')
    const search = query === undefined ? '' : `?${new URLSearchParams(query)}`
    return auth.handle(
      new Request(`${authUrl(publicUrl)}${path}${search}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    )
  }

const addCookies = (res: Response, answer: globalThis.Response): void => {
  for (const cookie of answer.headers.getSetCookie()) res.append('Set-Cookie', cookie)
}

/** Throws the problem of a refusal; otherwise sets the cookies and returns the response. */
export const accepted = async (res: Response, answer: globalThis.Response): Promise<globalThis.Response> => {
  if (answer.status >= 400) throw await problemOf(answer)
  addCookies(res, answer)
  return answer
}

/** Redirects a browser to where better-auth does. */
export const passRedirect = async (
  res: Response,
  answer: globalThis.Response,
  publicUrl: string,
): Promise<void> => {
  const location = answer.headers.get('Location')
  if (location === null) throw await problemOf(answer)
  addCookies(res, answer)
  // An absolute URL: the address of this service is not the one that the browser requested.
  res.redirect(302, new URL(location, publicUrl).href)
}

/** Runs `work` and answers that a mail is on its way, with the same body and the same least delay whatever it did. */
export type UniformAnswer = (res: Response, work: () => Promise<unknown>) => Promise<void>

/** Each answer takes at least `msMin`, so that its time does not show whether an address is known. */
export const createUniformAnswer =
  (msMin: number): UniformAnswer =>
  async (res, work) => {
    await Promise.all([work(), pause(msMin)])
    res.json({ status: 'check-your-mail' })
  }
