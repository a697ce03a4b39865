import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Clock, systemClock } from '@logbook/chassis/clock.ts'
import { networkOf } from '@logbook/chassis/http/network.ts'
import { steadyRateStore } from '@logbook/chassis/http/rate-store.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import type { Request, Response } from 'express'
import { type RateLimitRequestHandler, rateLimit } from 'express-rate-limit'
import { limits } from '../limits.ts'
import type { FormKind } from './kinds.ts'

/** The network and the caller that an attempt counts for. */
export interface Attempt {
  kind: FormKind
  /** Where it comes from. */
  address: string
  /** The id of the caller; undefined where none is known. Never what a form names: a stranger could use up another's share. */
  caller: string | undefined
}

const attempts = new WeakMap<object, Attempt>()
const attemptOf = (req: object): Attempt => {
  const attempt = attempts.get(req)
  if (attempt === undefined) throw new Error('Nothing was said of this attempt.')
  return attempt
}

interface Bounds {
  perNetwork: number
  perCaller: number
  windowS: number
}

interface Limit {
  limit: number
  windowS: number
  keyOf: (attempt: Attempt) => string
  clock: Clock
}

const limiter = (identifier: string, { limit, windowS, keyOf, clock }: Limit): RateLimitRequestHandler =>
  rateLimit({
    identifier,
    limit,
    windowMs: windowS * 1_000,
    store: steadyRateStore(clock),
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: (req) => keyOf(attemptOf(req)),
    skip: (req) => keyOf(attemptOf(req)) === '',
    // Addresses come from our own reading of the proxies, which the library's checks know nothing of.
    validate: false,
    handler: (req, _res, next) => {
      const { resetTime } = (req as Request & { rateLimit: { resetTime?: Date } }).rateLimit
      const retryAfter = resetTime ? (resetTime.getTime() - Date.now()) / 1_000 : windowS
      next(new Problem('too-many', { detail: 'Too many attempts. Try again later.', retryAfter }))
    },
  })

/** All that the library writes to an answer are headers; it reads nothing that Express adds, since key and store are our own. */
const headersOf = (res: ServerResponse): Response => {
  const append = (name: string, value: string) => res.appendHeader(name, value)
  const setHeader = (name: string, value: string) => res.setHeader(name, value)
  return { headersSent: res.headersSent, append, setHeader } as unknown as Response
}

/**
 * Limits how often each kind of form is sent, per network and per caller. An account that a form names is not counted here: accounts
 * counts failed sign-ins per account and network. Counted in this process alone. What is left stands in the answer's RateLimit headers.
 */
export const createRateLimits = (clock: Clock = systemClock) => {
  const all = Object.entries(limits.forms) as [FormKind, Bounds][]
  const perNetwork = all.map(([kind, { perNetwork: limit, windowS }]) => {
    const keyOf = ({ address }: Attempt) => networkOf(address)
    return [kind, limiter(`${kind}-network`, { limit, windowS, keyOf, clock })] as const
  })
  const perCaller = all.map(([kind, { perCaller: limit, windowS }]) => {
    const keyOf = ({ caller = '' }: Attempt) => caller
    return [kind, limiter(`${kind}-caller`, { limit, windowS, keyOf, clock })] as const
  })
  const by = { network: new Map(perNetwork), caller: new Map(perCaller) }
  return {
    /** Counts an attempt. Rejects with `too-many`. */
    admit: (scope: 'network' | 'caller', { req, res, attempt }: Counted): Promise<void> =>
      new Promise((resolve, reject) => {
        attempts.set(req, attempt)
        const next = (error?: unknown) => (error === undefined ? resolve() : reject(error))
        void by[scope].get(attempt.kind)?.(req as Request, headersOf(res), next)
      }),
  }
}
export type RateLimits = ReturnType<typeof createRateLimits>

interface Counted {
  req: IncomingMessage
  res: ServerResponse
  attempt: Attempt
}
