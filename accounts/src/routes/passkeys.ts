import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { accountEndpoints } from '@logbook/contracts/endpoints/accounts.ts'
import { passkeyBody, passkeyId } from '@logbook/contracts/http/accounts.ts'
import type { Request, Response } from 'express'
import { z } from 'zod'
import { type AuthRouteParts, accepted } from '../auth/request.ts'
import type { People } from '../people/people.ts'

const optionsQuery = z.object({ name: z.string().max(100).optional() })
const listed = z.array(
  z.object({ id: z.string(), name: z.string().nullish(), createdAt: z.string().nullish() }),
)

/** Passkeys: better-auth's endpoints to register, list, delete and sign in with one. */
export const passkeyHandlers = (
  { callAuth, post, rateLimits }: AuthRouteParts,
  people: Pick<People, 'find'>,
) => {
  const call = async (req: Request, res: Response, to: Parameters<typeof callAuth>[1]) => {
    const answer = await accepted(res, await callAuth(req, to))
    return answer.json()
  }
  const begin = rateLimits.challengePerNetwork

  return handlersOf(accountEndpoints)({
    'GET /auth/passkey/generate-register-options': {
      raw: [
        begin,
        async (req, res) => {
          const { name } = validate(optionsQuery, req.query)
          const query = name === undefined ? {} : { name }
          res.json(await call(req, res, { path: '/passkey/generate-register-options', query }))
        },
      ],
    },
    'POST /auth/passkey/verify-registration': post(passkeyBody, [], async (body, req, res) => {
      res.json(await call(req, res, { path: '/passkey/verify-registration', body }))
    }),
    'GET /auth/passkey/list-user-passkeys': {
      raw: async (req, res) => {
        res.json(listed.parse(await call(req, res, { path: '/passkey/list-user-passkeys' })))
      },
    },
    'POST /auth/passkey/delete-passkey': post(passkeyId, [], async (body, req, res) => {
      await call(req, res, { path: '/passkey/delete-passkey', body })
      res.status(204).end()
    }),
    'GET /auth/passkey/generate-authenticate-options': {
      raw: [
        begin,
        async (req, res) => {
          res.json(await call(req, res, { path: '/passkey/generate-authenticate-options', query: {} }))
        },
      ],
    },
    'POST /auth/passkey/verify-authentication': post(
      passkeyBody,
      [rateLimits.signInPerNetwork],
      async (body, req, res) => {
        const answer = await call(req, res, { path: '/passkey/verify-authentication', body })
        const { session } = z.object({ session: z.object({ userId: z.string() }) }).parse(answer)
        res.json({ person: people.find(session.userId) })
      },
    ),
  })
}
