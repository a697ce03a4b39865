import { jsonBody } from '@logbook/chassis/http/body.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { accountBodies } from '@logbook/contracts/http/accounts.ts'
import { keySetPath } from '@logbook/contracts/identity.ts'
import type { Request, Response, Router } from 'express'
import { limits } from '../limits.ts'
import type { RoutesOptions } from './routes.ts'

/** What other services ask. */
export const routeServices = (
  router: Router,
  { exchange, keys, signingKeys, people }: RoutesOptions,
): void => {
  const exchangeBody = jsonBody({ bytesMax: limits.exchangeBytesMax })
  const keysBody = jsonBody({ bytesMax: limits.keysBytesMax })

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

  router.post('/addresses', keysBody, (req: Request, res: Response) => {
    const { ids } = validate(accountBodies.addresses, req.body)
    const confirmed = ids.flatMap((id) => {
      const person = people.find(id)
      return person?.emailVerified ? [{ id, email: person.email }] : []
    })
    res.set('Cache-Control', 'no-store').json({ addresses: confirmed })
  })
}
