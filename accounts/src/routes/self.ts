import { callerOf } from '@logbook/chassis/access/gate.ts'
import { uuidParam } from '@logbook/chassis/http/answers.ts'
import { jsonBody } from '@logbook/chassis/http/body.ts'
import { idempotencyOf } from '@logbook/chassis/http/idempotency.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { notFound, Problem } from '@logbook/chassis/problem.ts'
import type { PersonAccount } from '@logbook/contracts/http/account-answers.ts'
import { accountBodies } from '@logbook/contracts/http/accounts.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import type { Request, Response, Router } from 'express'
import { limits } from '../limits.ts'
import type { RoutesOptions } from './routes.ts'

/** Throws `forbidden` for a token of some services: one that leaks must not give itself more, or give people roles. */
export const byHand = (caller: Caller): void => {
  if (caller.kind === 'person' && caller.scopes !== undefined && !caller.scopes.includes('all'))
    throw new Problem('forbidden', { detail: 'A token of some services does not do this.' })
}

/** The id of the person who calls. Only behind a row that lets persons alone in. */
export const personIdOf = (res: Response): string => {
  const caller = callerOf(res)
  if (caller.kind !== 'person') throw new Problem('forbidden', { detail: 'This is for people.' })
  return caller.id
}

/** What people see and change of their own account. All is looked up by who calls: another's id opens nothing. */
export const routeSelf = (router: Router, options: RoutesOptions): void => {
  const { clock, auth, people, sessions, apiTokens, once, liveCallers, onChange } = options
  const body = jsonBody({ bytesMax: limits.jsonBytesMax })
  const now = () => clock.now().toISOString()
  const own = (res: Response): PersonAccount => {
    const person = people.find(personIdOf(res))
    if (person === undefined) throw notFound('account behind this token')
    return person
  }
  const withWays = (person: PersonAccount) => ({ ...person, ...people.ways(person.id) })

  router.get('/me', (_req, res) => {
    res.set('Cache-Control', 'no-store').json(withWays(own(res)))
  })

  router.patch('/me', body, (req: Request, res: Response) => {
    const { name } = validate(accountBodies.rename, req.body)
    liveCallers.run(callerOf(res), 'PATCH /me', () => people.rename(own(res).id, name, now()))
    onChange()
    res.json(withWays(own(res)))
  })

  router.get('/sessions', async (req: Request, res: Response) => {
    const { session: here } = await auth.sessionOf(req.get('Cookie') ?? '')
    const all = sessions.of(own(res).id, now())
    res
      .set('Cache-Control', 'no-store')
      .json(all.map((session) => ({ ...session, current: session.id === here?.sessionId })))
  })

  router.delete('/sessions/:id', (req: Request, res: Response) => {
    sessions.end(own(res).id, uuidParam(req, 'id'))
    res.status(204).end()
  })

  router.get('/tokens', (_req, res) => {
    res.set('Cache-Control', 'no-store').json(apiTokens.of(own(res).id))
  })

  router.post('/tokens', body, (req: Request, res: Response) => {
    const wanted = validate(accountBodies.token, req.body)
    byHand(callerOf(res))
    const { id } = own(res)
    const key = idempotencyOf(req, res, { service: 'accounts', body: wanted })
    const { made } = liveCallers.run(callerOf(res), 'POST /tokens', () =>
      once.run(key, {
        make: (making) => apiTokens.make(id, wanted, making),
        find: (making) => apiTokens.again(making),
      }),
    )
    res.set('Cache-Control', 'no-store').status(201).json(made)
  })

  router.delete('/tokens/:id', (req: Request, res: Response) => {
    byHand(callerOf(res))
    apiTokens.revoke(own(res).id, uuidParam(req, 'id'))
    res.status(204).end()
  })
}
