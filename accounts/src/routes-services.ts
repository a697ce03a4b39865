import { callerOf } from '@logbook/chassis/access/gate.ts'
import { uuidParam } from '@logbook/chassis/http/answers.ts'
import { jsonBody } from '@logbook/chassis/http/body.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { accountBodies, operatorToken } from '@logbook/contracts/http/accounts.ts'
import { keySetPath } from '@logbook/contracts/identity.ts'
import type { Request, Response, Router } from 'express'
import { limits } from './limits.ts'
import type { RoutesOptions } from './routes.ts'
import { byHand } from './routes-self.ts'

/** What other services ask, and whoever holds the data folder. */
export const routeServices = (
  router: Router,
  { exchange, keys, signingKeys, apiTokens, setup, config: { publicUrl } }: RoutesOptions,
): void => {
  const exchangeBody = jsonBody({ bytesMax: limits.exchangeBytesMax })
  const keysBody = jsonBody({ bytesMax: limits.keysBytesMax })
  const body = jsonBody({ bytesMax: limits.jsonBytesMax })

  router.post('/exchange', exchangeBody, async (req: Request, res: Response) => {
    const shown = validate(accountBodies.exchange, req.body)
    res.set('Cache-Control', 'no-store').json(await exchange(shown))
  })

  router.get(keySetPath, (_req, res) => {
    res.set('Cache-Control', 'no-cache').json(signingKeys.jwks())
  })

  router.post('/keys', keysBody, (req: Request, res: Response) => {
    const { ids, create } = validate(accountBodies.keys, req.body)
    const wanted = ids.map((id) => id.toLowerCase())
    res.set('Cache-Control', 'no-store').json({ keys: keys.get(wanted, { create }) })
  })

  router.get('/operator/setup', (_req, res) => {
    const token = setup.token()
    const link = token === null ? null : `${publicUrl}/setup?token=${token}`
    res.set('Cache-Control', 'no-store').json({ open: token !== null, link })
  })

  router.get('/operator/tokens', (_req, res) => {
    res.set('Cache-Control', 'no-store').json(apiTokens.machines())
  })

  router.post('/operator/tokens', body, (req: Request, res: Response) => {
    const { role, ...wanted } = validate(operatorToken, req.body)
    res.set('Cache-Control', 'no-store').status(201).json(apiTokens.makeMachine(role, wanted))
  })

  router.delete('/operator/tokens/:id', (req: Request, res: Response) => {
    byHand(callerOf(res))
    apiTokens.revokeMachine(uuidParam(req, 'id'))
    res.status(204).end()
  })
}
