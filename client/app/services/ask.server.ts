import { headers as names } from '@logbook/contracts/http/headers.ts'
import type { ProblemBody } from '@logbook/contracts/problems.ts'
import { data, redirect } from 'react-router'
import { refuseMoment } from '../features/past/as-of.server.ts'
import { isProblem } from './api.ts'
import { noteAnswer } from './page-record.server.ts'
import { positionOf } from './position.server.ts'
import { signInFor } from './viewer.server.ts'

const readMsMax = 5_000
const commandMsMax = 10_000
const viewWaitSeconds = 2

export interface Ask {
  /** The browser's request, on whose behalf the service is asked. */
  request: Request
  url: string
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  body?: unknown
  headers?: Record<string, string>
  /** Forwards the browser's cookies and network address: for accounts only. */
  withCookies?: boolean
}

export type Answer<Body> =
  | { ok: true; status: number; headers: Headers; body: Body }
  | { ok: false; status: number; headers: Headers; problem: ProblemBody }

const unavailable = (detail: string): Answer<never> => ({
  ok: false,
  status: 503,
  headers: new Headers({ 'Retry-After': '5' }),
  problem: { type: 'about:blank', title: 'Unavailable', status: 503, code: 'unavailable', detail },
})

// With the network address and the gateway's proof of it: comments and accounts use it for rate limits.
const always = [
  ...['Authorization', names.requestId, 'X-Forwarded-For', names.forwardedProof],
  ...['traceparent', 'tracestate'],
]
const toAccounts = ['Cookie', 'User-Agent', 'X-Forwarded-Proto', 'X-Forwarded-Host']

/** The caller's access token from the gateway, which the service verifies. */
const forwarded = (request: Request, withCookies: boolean): Record<string, string> =>
  Object.fromEntries(
    [...always, ...(withCookies ? toAccounts : [])].flatMap((name) => {
      const value = request.headers.get(name)
      return value === null ? [] : [[name, value]]
    }),
  )

const send = async <Body>({
  request,
  url,
  method = 'GET',
  body,
  headers = {},
  withCookies = false,
}: Ask): Promise<Answer<Body>> => {
  const timeout = AbortSignal.timeout(method === 'GET' ? readMsMax : commandMsMax)
  try {
    const response = await fetch(url, {
      method,
      headers: {
        Accept: 'application/json',
        // On the same machine: compression would take longer than the transfer.
        'Accept-Encoding': 'identity',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...forwarded(request, withCookies),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // A started command is finished, even if the reader has left.
      signal: method === 'GET' ? AbortSignal.any([timeout, request.signal]) : timeout,
    })
    noteAnswer(response.ok ? response.headers : undefined)
    const text = await response.text()
    const parsed: unknown = text === '' ? null : JSON.parse(text)
    if (response.ok)
      return { ok: true, status: response.status, headers: response.headers, body: parsed as Body }
    if (!isProblem(parsed)) return unavailable('A service sent an invalid answer.')
    return { ok: false, status: response.status, headers: response.headers, problem: parsed }
  } catch {
    noteAnswer(undefined)
    return unavailable('A part of the blog does not answer at the moment.')
  }
}

/**
 * Calls a service. Never throws: a service that is down, slow or answers nonsense is a problem `unavailable`. Reads wait until
 * the view has what this browser wrote last; a view that takes too long is read as it is.
 */
export const ask = async <Body>(question: Ask): Promise<Answer<Body>> => {
  const position = positionOf(question.request)
  if ((question.method ?? 'GET') !== 'GET' || position === undefined) return send(question)
  const headers = {
    ...question.headers,
    [names.minPosition]: String(position),
    Prefer: `wait=${viewWaitSeconds}`,
  }
  const answer = await send<Body>({ ...question, headers })
  return !answer.ok && answer.problem.code === 'view-behind' ? send(question) : answer
}

/** For loaders: the answer, or an error page with the reason. */
export const askOrThrow = async <Body>(question: Ask): Promise<Extract<Answer<Body>, { ok: true }>> => {
  const answer = await ask<Body>(question)
  return answer.ok ? answer : refuse(question, answer)
}

/** The error page with the reason, or a redirect to sign-in. */
export const refuse = (
  question: Pick<Ask, 'request'>,
  answer: Extract<Answer<unknown>, { ok: false }>,
): never => {
  refuseMoment(answer.problem)
  if (answer.status === 401) throw redirect(signInFor(question.request))
  if (answer.status === 403) throw data(null, { status: 403 })
  if ([400, 404, 410, 422].includes(answer.status)) throw data(null, { status: 404 })
  throw data(null, { status: 503, headers: { 'Retry-After': answer.headers.get('Retry-After') ?? '5' } })
}
