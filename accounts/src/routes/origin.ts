import type { ClientAddressOf } from '@logbook/chassis/http/forwarded.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import type { RequestHandler } from 'express'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Leaves one address in `X-Forwarded-For`: the gateway's word where it is proved, or else where the connection comes from. */
export const setClientAddress =
  (clientAddressOf: ClientAddressOf): RequestHandler =>
  (req, _res, next) => {
    req.headers['x-forwarded-for'] = clientAddressOf(req)
    next()
  }

/**
 * Refuses what a page of another site makes a browser send: browsers say where a command comes from, in Origin and in
 * Sec-Fetch-Site; callers that are no browser say neither and pass.
 */
export const refuseForeign =
  (origins: ReadonlySet<string>): RequestHandler =>
  (req, _res, next) => {
    if (safeMethods.has(req.method)) return next()
    const origin = req.get('Origin')
    const site = req.get('Sec-Fetch-Site')
    const ours = origin === undefined || origins.has(origin)
    if (!ours || site === 'cross-site' || site === 'same-site')
      throw new Problem('forbidden', { detail: 'Commands from pages of other sites are refused.' })
    next()
  }
