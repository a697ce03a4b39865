import { callerOf } from '@logbook/chassis/access/gate.ts'
import type { RequestHandler } from 'express'
import type { OwnSubscriptions } from '../subscriptions/own.ts'

/** What runs ahead of the body of each request about subscriptions. */
export interface Reach {
  /** Waits until the subscriptions are compared with the log. */
  all: RequestHandler
  /** The same, and refuses a subscription that the caller may not see, or that does not exist. */
  one: RequestHandler
}

export const createReach = ({
  compared,
  own,
}: {
  compared: Promise<void>
  own: Pick<OwnSubscriptions, 'get'>
}): Reach => ({
  async all(_req, _res, next) {
    await compared
    next()
  },
  async one(req, res, next) {
    await compared
    own.get(String(req.params.name), callerOf(res))
    next()
  },
})

/** Headers of answers that say how something is at this moment. */
export const unstored = { 'Cache-Control': 'no-store' } as const
