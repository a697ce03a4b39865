import { hash } from 'node:crypto'
import type { Clock } from '@logbook/chassis/clock.ts'
import { networkOf } from '@logbook/chassis/http/network.ts'
import { steadyRateStore } from '@logbook/chassis/http/rate-store.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import type { Request, RequestHandler, Response } from 'express'
import { rateLimit } from 'express-rate-limit'
import { type Brake, brakes, limits } from '../limits.ts'

/** The network that a request came from: its header is the one that `heedForwarded` left. */
const networkBehind = (req: Request): string => networkOf(req.get('X-Forwarded-For') ?? '')

/** Of the address that is tried. Not the address itself, which would stand in memory for as long as the brake holds. */
const accountOf = ({ body }: Request): string =>
  typeof body?.email === 'string' ? hash('sha256', body.email.trim().toLowerCase(), 'base64url') : 'none'

const keyOf: Record<Brake, (req: Request) => string> = {
  signInPerAccountAndNetwork: (req) => `${accountOf(req)} ${networkBehind(req)}`,
  signInPerAccount: accountOf,
  signInPerNetwork: networkBehind,
  signUpPerNetwork: networkBehind,
  mailPerAccount: (req) => `${req.path} ${accountOf(req)}`,
  mailPerNetwork: networkBehind,
  challengePerNetwork: networkBehind,
  secretPerNetwork: networkBehind,
}

/** Those that are used up by whoever asks, for somebody else: they are noted, and what follows is another answer than a refusal. */
const noted: ReadonlySet<Brake> = new Set<Brake>(['signInPerAccount', 'mailPerAccount'])

/** True where this request is one too many by a brake that is noted alone. */
export const isSpent = ({ locals }: Response, name: Brake): boolean => locals.spent?.has(name) === true

const note = (name: Brake): RequestHandler => {
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
        detail: 'Too many tries. Wait a while.',
        retryAfter: Number.isFinite(seconds) && seconds > 0 ? seconds : minutes * 60,
      }),
    )
  }
}

/** A callback that fails leads to a page that says so, with a status that looks like success. */
const leadsToError = (res: Response): boolean => /[?&]error=/.test(String(res.getHeader('Location') ?? ''))

/** Fewer at an account that is guessed at from many networks, but never none: the first try of its owner counts for their network. */
const limitOf = (name: Brake) => (_req: Request, res: Response) =>
  name === 'signInPerAccountAndNetwork' && isSpent(res, 'signInPerAccount')
    ? limits.signInTriesGuessedAtMax
    : brakes[name].max

export type Brakes = Record<Brake, RequestHandler>

/** What slows down whoever tries too often: 429 with Retry-After and the RateLimit headers. Counts live in this process. */
export const createBrakes = (clock: Clock): Brakes => {
  const brake = (name: Brake): RequestHandler => {
    const { minutes, failures } = brakes[name]
    return rateLimit({
      identifier: name,
      windowMs: minutes * 60_000,
      store: steadyRateStore(clock),
      limit: limitOf(name),
      standardHeaders: noted.has(name) ? false : 'draft-8',
      legacyHeaders: false,
      skipSuccessfulRequests: failures,
      requestWasSuccessful: (_req, res) => res.statusCode < 400 && !leadsToError(res),
      keyGenerator: keyOf[name],
      handler: noted.has(name) ? note(name) : refuse(minutes),
    })
  }
  return Object.fromEntries((Object.keys(brakes) as Brake[]).map((name) => [name, brake(name)])) as Brakes
}
