import { validate } from '@logbook/chassis/http/validate.ts'
import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import { type AuthRouteParts, accepted } from '../auth/request.ts'
import type { People } from '../people/people.ts'

export const passkeyBody = z.strictObject({
  response: z.record(z.string(), z.unknown()),
  name: z.string().max(100).optional(),
})

export const passkeyId = z.strictObject({ id: z.string().max(100) })

/** Passkeys: better-auth's routes to register, list, delete and sign in with one. */
export const routePasskeys = (
  router: Router,
  { callAuth, body, rateLimits, people }: AuthRouteParts & { people: People },
): void => {
  const pass = async (res: Response, answer: globalThis.Response) => {
    const passed = await accepted(res, answer)
    res.json(await passed.json())
  }
  const optionsQuery = z.object({ name: z.string().max(100).optional() })

  const begin = rateLimits.challengePerNetwork

  router.get('/auth/passkey/generate-register-options', begin, async (req: Request, res: Response) => {
    const { name } = validate(optionsQuery, req.query)
    const query = name === undefined ? {} : { name }
    await pass(res, await callAuth(req, { path: '/passkey/generate-register-options', query }))
  })

  router.post('/auth/passkey/verify-registration', body, async (req: Request, res: Response) => {
    const given = validate(passkeyBody, req.body)
    await pass(res, await callAuth(req, { path: '/passkey/verify-registration', body: given }))
  })

  router.get('/auth/passkey/list-user-passkeys', async (req: Request, res: Response) => {
    const answer = await accepted(res, await callAuth(req, { path: '/passkey/list-user-passkeys' }))
    const listed = z.array(
      z.object({ id: z.string(), name: z.string().nullish(), createdAt: z.string().nullish() }),
    )
    res.json(listed.parse(await answer.json()))
  })

  router.post('/auth/passkey/delete-passkey', body, async (req: Request, res: Response) => {
    const given = validate(passkeyId, req.body)
    await accepted(res, await callAuth(req, { path: '/passkey/delete-passkey', body: given }))
    res.status(204).end()
  })

  router.get('/auth/passkey/generate-authenticate-options', begin, async (req: Request, res: Response) => {
    await pass(res, await callAuth(req, { path: '/passkey/generate-authenticate-options', query: {} }))
  })

  router.post(
    '/auth/passkey/verify-authentication',
    body,
    rateLimits.signInPerNetwork,
    async (req: Request, res: Response) => {
      const given = validate(passkeyBody, req.body)
      const answer = await accepted(
        res,
        await callAuth(req, { path: '/passkey/verify-authentication', body: given }),
      )
      const { session } = z.object({ session: z.object({ userId: z.string() }) }).parse(await answer.json())
      res.json({ person: people.find(session.userId) })
    },
  )
}
