import { type Header, handlersOf } from '@logbook/chassis/http/serve.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { accountEndpoints } from '@logbook/contracts/endpoints/accounts.ts'
import { z } from 'zod'
import type { Auth } from '../auth/auth.ts'
import type { RefuseGuessable } from '../auth/guessable.ts'
import { isSpent, type Locals, type RateLimits } from '../auth/rate-limits.ts'
import {
  type AuthRouteParts,
  accepted,
  cookiesOf,
  createAuthCall,
  createUniformAnswer,
} from '../auth/request.ts'
import { problemOf } from '../auth/translate.ts'
import type { Config } from '../config.ts'
import type { Credentials } from '../people/credentials.ts'
import type { LiveCallers } from '../people/live-callers.ts'
import type { People } from '../people/people.ts'
import type { Sessions } from '../people/sessions.ts'
import { type EmailParts, emailHandlers } from './email.ts'
import { passkeyHandlers } from './passkeys.ts'
import { refuseScoped } from './self.ts'

const handlers = handlersOf(accountEndpoints)
const signedIn = z.object({ user: z.object({ id: z.string() }) })

interface AuthParts extends EmailParts {
  auth: Auth
  people: People
  sessions: Sessions
  credentials: Credentials
  liveCallers: LiveCallers
  rateLimits: RateLimits
  refuseGuessable: RefuseGuessable
  config: Pick<Config, 'publicUrl'>
  /** The least time of answers that must not show whether an address is known, in milliseconds. */
  uniformAnswerMsMin: number
}

/** The endpoints of better-auth that this service has, each with its own validation; others are not served. */
export const authHandlers = (parts: AuthParts) => {
  const { auth, config, rateLimits, refuseGuessable, uniformAnswerMsMin } = parts
  const callAuth = createAuthCall({ auth, publicUrl: config.publicUrl })
  const answerUniformly = createUniformAnswer(uniformAnswerMsMin)
  const common = { callAuth, rateLimits, refuseGuessable, answerUniformly }
  return {
    ...emailHandlers(common, parts),
    ...mailHandlers(common),
    ...sessionHandlers(common, parts),
    ...passwordHandlers(common, parts),
    ...socialHandlers(common, config.publicUrl),
    ...passkeyHandlers(common, parts.people),
  }
}

/** Neither these answers nor their time may show whether an address is known. */
const mailHandlers = ({ callAuth, rateLimits, answerUniformly, refuseGuessable }: AuthRouteParts) => {
  const limits = [rateLimits.mailPerNetwork, rateLimits.mailPerAccount]
  /** Calls better-auth, unless the address has had its mails: the earlier ones are still valid. */
  const callOrSkip = async (
    { header, locals }: { header: Header; locals: Locals },
    to: Parameters<typeof callAuth>[1],
  ) => (isSpent(locals, 'mailPerAccount') ? undefined : callAuth(header, to))
  const mail = (path: string) => ({
    limits,
    handle: ({ body, ...input }: { body: { email: string }; header: Header; locals: Locals }) =>
      answerUniformly(() => callOrSkip(input, { path, body })),
  })

  return handlers({
    'POST /auth/sign-up/email': {
      limits: [rateLimits.signUpPerNetwork, rateLimits.mailPerAccount],
      handle({ body, ...input }) {
        refuseGuessable('password', body.password, body)
        return answerUniformly(async () => {
          const answer = await callOrSkip(input, { path: '/sign-up/email', body })
          if (answer !== undefined) await accepted(answer)
        })
      },
    },
    'POST /auth/request-password-reset': mail('/request-password-reset'),
    'POST /auth/send-verification-email': mail('/send-verification-email'),
  })
}

const sessionHandlers = (
  { callAuth, rateLimits }: AuthRouteParts,
  { people, sessions, credentials, liveCallers }: AuthParts,
) => {
  const signOut = async (header: Header) => {
    const answer = await accepted(await callAuth(header, { path: '/sign-out', body: {} }))
    return { headers: cookiesOf(answer) }
  }

  return handlers({
    'POST /auth/sign-in/email': {
      // The limit per account is only marked: it bounds what each network may try at an account that many guess at.
      limits: [
        rateLimits.signInPerNetwork,
        rateLimits.signInPerAccount,
        rateLimits.signInPerAccountAndNetwork,
      ],
      async handle({ body, header }) {
        const answer = await accepted(await callAuth(header, { path: '/sign-in/email', body }))
        const { user } = signedIn.parse(await answer.json())
        // Not better-auth's own answer: only the cookie may hold the session's token, which no script can read.
        return { body: { person: people.read(user.id) }, headers: cookiesOf(answer) }
      },
    },
    'POST /auth/sign-out': ({ header }) => signOut(header),
    /** For a person without a password to change: ends sessions and revokes credentials that somebody else may hold. */
    async 'POST /auth/sign-out-everywhere'({ body, header }, caller) {
      refuseScoped(caller)
      liveCallers.run(caller, 'POST /auth/sign-out-everywhere', ({ id }) => {
        sessions.endAll(id)
        credentials.endLinks(id)
        if (body.passkeys) credentials.revoke(id)
        else credentials.revokeTokens(id)
      })
      // Deletes the browser's cookie too.
      return signOut(header)
    },
  })
}

const passwordHandlers = (
  { callAuth, rateLimits, refuseGuessable }: AuthRouteParts,
  { auth, people, credentials }: AuthParts,
) => {
  const limits = rateLimits.secretPerNetwork
  const refuseFor = (id: string | undefined, password: string) => {
    const person = id === undefined ? undefined : people.find(id)
    if (person) refuseGuessable('newPassword', password, person)
  }

  return handlers({
    'POST /auth/reset-password': {
      limits,
      async handle({ body, header }) {
        refuseFor(await auth.personOfReset(body.token), body.newPassword)
        const answer = await accepted(await callAuth(header, { path: '/reset-password', body }))
        return { headers: cookiesOf(answer) }
      },
    },
    'POST /auth/change-password': {
      limits,
      async handle({ body: { revokeWaysIn, ...passwords }, header }) {
        const { session } = await auth.sessionOf(header('Cookie') ?? '')
        refuseFor(session?.personId, passwords.newPassword)
        const body = { ...passwords, revokeOtherSessions: true }
        const answer = await accepted(await callAuth(header, { path: '/change-password', body }))
        if (session !== undefined) {
          credentials.endLinks(session.personId)
          if (revokeWaysIn) credentials.revoke(session.personId)
        }
        return { headers: cookiesOf(answer) }
      },
    },
  })
}

const knownProvider = z.object({ provider: z.enum(['github', 'google']) })

/** Sign-in with another site: to the site, and back to a page of this blog. */
const socialHandlers = ({ callAuth, rateLimits }: AuthRouteParts, publicUrl: string) =>
  handlers({
    'POST /auth/sign-in/social': {
      limits: [rateLimits.signInPerNetwork, rateLimits.challengePerNetwork],
      async handle({ body: given, header }) {
        const body = { ...given, disableRedirect: true }
        const answer = await accepted(await callAuth(header, { path: '/sign-in/social', body }))
        const { url } = z.object({ url: z.string() }).parse(await answer.json())
        return { body: { url }, headers: cookiesOf(answer) }
      },
    },
    'GET /auth/callback/:provider': {
      limits: rateLimits.secretPerNetwork,
      async handle({ params, query, header }) {
        const { provider } = validate(knownProvider, params)
        const answer = await callAuth(header, { path: `/callback/${provider}`, query })
        const location = answer.headers.get('Location')
        if (location === null) throw await problemOf(answer)
        // An absolute URL: the address of this service is not the one that the browser requested.
        return { location: new URL(location, publicUrl).href, headers: cookiesOf(answer) }
      },
    },
  })
