import { hash } from 'node:crypto'
import type { Clock } from '@logbook/chassis/clock.ts'
import { networkOf } from '@logbook/chassis/http/network.ts'
import { steadyRateStore } from '@logbook/chassis/http/rate-store.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import type { Request, RequestHandler, Response } from 'express'
import { rateLimit } from 'express-rate-limit'
import { limits, type RateLimitName, rateLimits } from '../limits.ts'

/** The network that a request came from, by the header that `setClientAddress` has set. */
const networkBehind = (req: Request): string => networkOf(req.get('X-Forwarded-For') ?? '')

/** A hash of the e-mail address in the body: the address itself is not kept in memory. */
const accountOf = ({ body }: Request): string =>
  typeof body?.email === 'string' ? hash('sha256', body.email.trim().toLowerCase(), 'base64url') : 'none'

const keyOf: Record<RateLimitName, (req: Request) => string> = {
  signInPerAccountAndNetwork: (req) => `${accountOf(req)} ${networkBehind(req)}`,
  signInPerAccount: accountOf,
  signInPerNetwork: networkBehind,
  signUpPerNetwork: networkBehind,
  mailPerAccount: (req) => `${req.path} ${accountOf(req)}`,
  mailPerNetwork: networkBehind,
  challengePerNetwork: networkBehind,
  secretPerNetwork: networkBehind,
}

/** Limits that a stranger could use up for somebody else. They are marked on the response, and never refuse by themselves. */
const markedOnly: ReadonlySet<RateLimitName> = new Set<RateLimitName>(['signInPerAccount', 'mailPerAccount'])

export type Locals = Readonly<Record<string, unknown>>

/** True where this request is over a limit that is only marked. */
export const isSpent = ({ spent }: Locals, name: RateLimitName): boolean =>
  spent instanceof Set && spent.has(name)

const mark = (name: RateLimitName): RequestHandler => {
  return (_req, res, next) => {
    res.locals.spent = new Set([...(res.locals.spent ?? []), name])
    next()
  }
}

const refuse = (minutes: number): RequestHandler => {
  return (_req, res, next) => {
    const seconds = Number(res.getHeader('Retry-After'))
    next(
      new Problem('too-many', {
        detail: 'Too many attempts. Wait before trying again.',
        retryAfter: Number.isFinite(seconds) && seconds > 0 ? seconds : minutes * 60,
      }),
    )
  }
}

/** A failed callback redirects to an error page, with a status that looks like success. */
const leadsToError = (res: Response): boolean => /[?&]error=/.test(String(res.getHeader('Location') ?? ''))

/** Fewer tries at an account that many networks guess at, but never none: its owner always has some from their own network. */
const limitOf = (name: RateLimitName) => (_req: Request, res: Response) =>
  name === 'signInPerAccountAndNetwork' && isSpent(res.locals, 'signInPerAccount')
    ? limits.signInTriesGuessedAtMax
    : rateLimits[name].max

export type RateLimits = Record<RateLimitName, RequestHandler>

/** Rate limits as Express handlers: 429 with Retry-After and the RateLimit headers. Counts are kept in memory. */
export const createRateLimits = (clock: Clock): RateLimits => {
  const limiter = (name: RateLimitName): RequestHandler => {
    const { minutes, failures } = rateLimits[name]
    return rateLimit({
      identifier: name,
      windowMs: minutes * 60_000,
      store: steadyRateStore(clock),
      limit: limitOf(name),
      standardHeaders: markedOnly.has(name) ? false : 'draft-8',
      legacyHeaders: false,
      skipSuccessfulRequests: failures,
      requestWasSuccessful: (_req, res) => res.statusCode < 400 && !leadsToError(res),
      keyGenerator: keyOf[name],
      handler: markedOnly.has(name) ? mark(name) : refuse(minutes),
    })
  }
  return Object.fromEntries(
    (Object.keys(rateLimits) as RateLimitName[]).map((name) => [name, limiter(name)]),
  ) as RateLimits
}
