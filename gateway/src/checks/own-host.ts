import { securityHeaders } from '@logbook/chassis/http/app.ts'
import type { Request, RequestHandler } from 'express'
import type { PublicAddress } from './public-address.ts'

/** What probes and scrapers ask, which know the gateway by an IP address. */
const probedPaths = /^\/(?:health|metrics)(?:$|\/)/

/** Refuses what is asked of the gateway itself by another name than its own, as `pass` does what is asked of services. */
export const checkOwnHost =
  ({
    address,
    isScraper,
  }: {
    address: PublicAddress
    isScraper: (req: Request) => boolean
  }): RequestHandler =>
  (req, res, next) => {
    const isProbe = probedPaths.test(req.path)
    // Who shows the token is no page of another site: a scraper in containers calls the gateway by a name of theirs.
    if (isProbe && isScraper(req)) return next()
    res.set(securityHeaders)
    if (isProbe) address.checkProbedHost(req)
    else address.checkHost(req)
    next()
  }
