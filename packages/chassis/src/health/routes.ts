import { operator, scraper } from '@logbook/contracts/identity.ts'
import type { IRouter, Request, Response } from 'express'
import { admit } from '../access/table.ts'
import type { Verify } from '../access/verify.ts'
import type { Health } from '../http/app.ts'
import { comesFromHere } from '../http/loopback.ts'
import { complaintsOf, statusOf } from './complaints.ts'

/** Who may know what is inside: programs of this machine, and whoever shows a token of a service, the operator or the scraper. */
const mayKnow = async (req: Request, service: string, verify: Verify | undefined): Promise<boolean> => {
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
  verify: Verify | undefined
}

/**
 * `GET /health` is always 200, `GET /health/ready` is 503 while the service can't do its work, and `GET /health/live` says that the process
 * lives. A stranger learns the overall status alone.
 */
export const routeHealth = (router: IRouter, { service, health, verify }: HealthRoutes): void => {
  const answer = async (req: Request, res: Response, unready: number) => {
    const details = health()
    const complaints = complaintsOf(details)
    const overall = { status: statusOf(details, complaints), service, ready: details.ready }
    const known = await mayKnow(req, service, verify)
    res
      .status(details.ready ? 200 : unready)
      .set('Cache-Control', 'no-store')
      .json(known ? { ...overall, complaints, ...details } : overall)
  }
  router.get('/health', (req, res) => answer(req, res, 200))
  router.get('/health/ready', (req, res) => answer(req, res, 503))
  router.get('/health/live', (_req, res) => {
    res.set('Cache-Control', 'no-store').json({ status: 'ok', service })
  })
}
