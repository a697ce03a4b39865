import type { IncomingMessage } from 'node:http'
import { operator, scraper } from '@logbook/contracts/identity.ts'
import type { IRouter, Request, Response } from 'express'
import { admit } from '../access/admit.ts'
import type { Verify } from '../access/verify.ts'
import { comesFromHere } from '../http/loopback.ts'
import { complaintsOf, statusOf } from './complaints.ts'
import type { Health } from './health.ts'

/** Lets programs of this machine know what is inside, and callers with a token of a service, the operator or the scraper. */
export const detailsFor =
  (service: string, verify: Verify | undefined) =>
  async (req: IncomingMessage): Promise<boolean> => {
    if (comesFromHere(req)) return true
    const shown = req.headers.authorization
    if (verify === undefined || shown === undefined) return false
    try {
      admit(await verify(shown), { grants: [operator, scraper, 'service:*'], service })
      return true
    } catch {
      return false
    }
  }

interface HealthRoutes {
  service: string
  health: () => Health
  healthOfAll?: (() => Promise<Health>) | undefined
  mayKnow: (req: IncomingMessage) => boolean | Promise<boolean>
}

/**
 * `GET /health` is always 200, `GET /health/ready` is 503 while the service can't do its work, and `GET /health/live` says that the process
 * lives. A stranger learns the overall status alone.
 */
export const routeHealth = (
  router: IRouter,
  { service, health, healthOfAll, mayKnow }: HealthRoutes,
): void => {
  const answer = async (
    req: Request,
    res: Response,
    { details, unready }: { details: Health; unready: number },
  ) => {
    const complaints = complaintsOf(details)
    const overall = { status: details.status ?? statusOf(details, complaints), service, ready: details.ready }
    const known = await mayKnow(req)
    res
      .status(details.ready ? 200 : unready)
      .set('Cache-Control', 'no-store')
      .json(known ? { ...overall, complaints, ...details } : overall)
  }
  router.get('/health', async (req, res) =>
    answer(req, res, { details: healthOfAll ? await healthOfAll() : health(), unready: 200 }),
  )
  router.get('/health/ready', (req, res) => answer(req, res, { details: health(), unready: 503 }))
  router.get('/health/live', (_req, res) => {
    res.set('Cache-Control', 'no-store').json({ status: 'ok', service })
  })
}
