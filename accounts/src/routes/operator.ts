import { createReadStream, statSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { callerOf } from '@logbook/chassis/access/gate.ts'
import { uuidParam } from '@logbook/chassis/http/answers.ts'
import { jsonBody } from '@logbook/chassis/http/body.ts'
import { idempotencyOf } from '@logbook/chassis/http/idempotency.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { operatorToken } from '@logbook/contracts/http/accounts.ts'
import type { Request, Response, Router } from 'express'
import { limits } from '../limits.ts'
import { setupLink } from '../people/setup.ts'
import type { RoutesOptions } from './routes.ts'
import { byHand } from './self.ts'

/** What whoever holds the data folder asks. */
export const routeOperator = (
  router: Router,
  { apiTokens, once, setup, snapshots, config: { publicUrl } }: RoutesOptions,
): void => {
  const body = jsonBody({ bytesMax: limits.jsonBytesMax })

  router.get('/operator/setup', (_req, res) => {
    const link = setupLink(setup, publicUrl)
    res.set('Cache-Control', 'no-store').json({ open: link !== null, link })
  })

  router.get('/operator/tokens', (_req, res) => {
    res.set('Cache-Control', 'no-store').json(apiTokens.machines())
  })

  router.post('/operator/tokens', body, (req: Request, res: Response) => {
    const asked = validate(operatorToken, req.body)
    const { role, ...wanted } = asked
    const { made } = once.run(idempotencyOf(req, res, { service: 'accounts', body: asked }), {
      make: (making) => apiTokens.makeMachine(role, wanted, making),
      find: (making) => apiTokens.againMachine(making),
    })
    res.set('Cache-Control', 'no-store').status(201).json(made)
  })

  router.delete('/operator/tokens/:id', (req: Request, res: Response) => {
    byHand(callerOf(res))
    apiTokens.revokeMachine(uuidParam(req, 'id'))
    res.status(204).end()
  })

  router.post('/operator/backup', (_req, res: Response) =>
    snapshots.take(async (file) => {
      res.set({
        'Cache-Control': 'no-store',
        'Content-Type': 'application/vnd.sqlite3',
        // Whoever gets less of it than this knows that it is not whole.
        'Content-Length': String(statSync(file).size),
      })
      await pipeline(createReadStream(file), res)
    }),
  )
}
