import { callerOf } from '@logbook/chassis/access/gate.ts'
import type { Clock } from '@logbook/chassis/clock.ts'
import type { VouchedAddressOf } from '@logbook/chassis/http/forwarded.ts'
import { networkOf } from '@logbook/chassis/http/network.ts'
import { rateCounter } from '@logbook/chassis/http/rate-store.ts'
import type { RequestHandler } from 'express'
import { limits } from '../limits.ts'

const detail = 'Too many attempts. Try again later.'

type Counted = keyof typeof limits.rates

export type RateLimits = Record<Counted, RequestHandler>

interface RateLimitOptions {
  clock: Clock
  /** Where a request comes from, as far as the gateway vouches for it. */
  vouchedAddressOf: VouchedAddressOf
}

/**
 * Limits how often comments and votes are taken, per caller and per network, behind the routes that take them: no spelling of an
 * address and no page that sends them leads around it. What does not come through the gateway is not counted. Counts live in this process.
 */
export const createRateLimits = ({ clock, vouchedAddressOf }: RateLimitOptions): RateLimits => {
  const limited = (kind: Counted): RequestHandler => {
    const { perNetwork, perCaller, windowS } = limits.rates[kind]
    const count = rateCounter({ clock, windowS })
    return (req, res, next) => {
      const address = vouchedAddressOf(req)
      if (address === undefined) return next()
      const caller = callerOf(res)
      count(`network ${networkOf(address)}`, { max: perNetwork, detail })
      if ('id' in caller) count(`caller ${caller.id}`, { max: perCaller, detail })
      next()
    }
  }
  return { comment: limited('comment'), vote: limited('vote') }
}

const pass: RequestHandler = (_req, _res, next) => next()
/** Where something in front counts. */
export const noRateLimits: RateLimits = { comment: pass, vote: pass }
