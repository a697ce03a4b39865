import { type Header, handlersOf } from '@logbook/chassis/http/serve.ts'
import { accountEndpoints } from '@logbook/contracts/endpoints/accounts.ts'
import { passkeyCreationOptions, passkeyRequestOptions } from '@logbook/contracts/http/account-answers.ts'
import { z } from 'zod'
import { type AuthRouteParts, accepted, cookiesOf } from '../auth/request.ts'
import type { People } from '../people/people.ts'

const text = z.string().nullable().default(null)
const listed = z.array(z.object({ id: z.string(), name: text, createdAt: text }))

/** Passkeys: better-auth's endpoints to register, list, delete and sign in with one. */
export const passkeyHandlers = ({ callAuth, rateLimits }: AuthRouteParts, people: Pick<People, 'read'>) => {
  /** Answers what better-auth does, as the schema reads it, with its cookies. */
  const call = async <Schema extends z.ZodType>(
    header: Header,
    schema: Schema,
    to: Parameters<typeof callAuth>[1],
  ) => {
    const answer = await accepted(await callAuth(header, to))
    return { body: schema.parse(await answer.json()), headers: cookiesOf(answer) }
  }
  const limits = rateLimits.challengePerNetwork

  return handlersOf(accountEndpoints)({
    'GET /auth/passkey/generate-register-options': {
      limits,
      handle: ({ query: { name }, header }) =>
        call(header, passkeyCreationOptions, {
          path: '/passkey/generate-register-options',
          query: name === undefined ? {} : { name },
        }),
    },
    'POST /auth/passkey/verify-registration': ({ body, header }) =>
      call(header, z.looseObject({}), { path: '/passkey/verify-registration', body }),
    'GET /auth/passkey/list-user-passkeys': ({ header }) =>
      call(header, listed, { path: '/passkey/list-user-passkeys' }),
    async 'POST /auth/passkey/delete-passkey'({ body, header }) {
      const { headers } = await call(header, z.unknown(), { path: '/passkey/delete-passkey', body })
      return { headers }
    },
    'GET /auth/passkey/generate-authenticate-options': {
      limits,
      handle: ({ header }) =>
        call(header, passkeyRequestOptions, { path: '/passkey/generate-authenticate-options', query: {} }),
    },
    'POST /auth/passkey/verify-authentication': {
      limits: rateLimits.signInPerNetwork,
      async handle({ body: given, header }) {
        const opened = z.object({ session: z.object({ userId: z.string() }) })
        const { body, headers } = await call(header, opened, {
          path: '/passkey/verify-authentication',
          body: given,
        })
        return { body: { person: people.read(body.session.userId) }, headers }
      },
    },
  })
}
