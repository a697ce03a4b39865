import { pause } from '@logbook/chassis/async/pause.ts'
import type { Request, RequestHandler, Response } from 'express'
import type { Auth } from './auth.ts'
import { authUrl } from './auth-url.ts'
import type { RefuseGuessable } from './guessable.ts'
import type { Brakes } from './rate-limits.ts'
import { problemOf } from './translate.ts'

/** What each group of better-auth's routes needs. */
export interface AuthParts {
  ask: Ask
  body: RequestHandler[]
  brakes: Brakes
  evenly: Evenly
  refuseGuessable: RefuseGuessable
}

export type Ask = (
  req: Request,
  to: { path: string; method?: 'GET'; body?: unknown; query?: Record<string, string> },
) => Promise<globalThis.Response>

const passedOn = ['cookie', 'user-agent', 'x-forwarded-for'] as const

/** Asks the library as the browser would at the public address. Whether the request is from there is checked before. */
export const asks =
  ({ auth, publicUrl }: { auth: Auth; publicUrl: string }): Ask =>
  (req, { path, method = req.method, body, query }) => {
    const headers = new Headers({ Origin: new URL(publicUrl).origin })
    for (const name of passedOn) {
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

/** Throws the problem of a refusal; else the cookies are set and the answer is the caller's to give. */
export const accepted = async (res: Response, answer: globalThis.Response): Promise<globalThis.Response> => {
  if (answer.status >= 400) throw await problemOf(answer)
  addCookies(res, answer)
  return answer
}

/** Sends a browser on to where the library does. */
export const passRedirect = async (
  res: Response,
  answer: globalThis.Response,
  publicUrl: string,
): Promise<void> => {
  const location = answer.headers.get('Location')
  if (location === null) throw await problemOf(answer)
  addCookies(res, answer)
  // Whole, since the address that this service sees is not the one that the browser asked.
  res.redirect(302, new URL(location, publicUrl).href)
}

/** Answers that a mail is under way, whatever `work` did, and no sooner than would tell. */
export type Evenly = (res: Response, work: () => Promise<unknown>) => Promise<void>

/** Answers take `msMin` at least, by which no work of this service can be told from none. */
export const evenAfter =
  (msMin: number): Evenly =>
  async (res, work) => {
    await Promise.all([work(), pause(msMin)])
    res.json({ status: 'check-your-mail' })
  }
