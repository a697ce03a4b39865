import { callerOf } from '@logbook/chassis/access/gate.ts'
import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { accountEndpoints } from '@logbook/contracts/endpoints/accounts.ts'
import { accountBodies } from '@logbook/contracts/http/accounts.ts'
import type { Request, Response } from 'express'
import { z } from 'zod'
import type { Auth } from '../auth/auth.ts'
import type { RefuseGuessable } from '../auth/guessable.ts'
import { isSpent, type RateLimits } from '../auth/rate-limits.ts'
import {
  type AuthRouteParts,
  accepted,
  createAuthCall,
  createUniformAnswer,
  passRedirect,
  post,
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
  const common = { callAuth, post, rateLimits, refuseGuessable, answerUniformly }
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
const mailHandlers = ({ callAuth, post, rateLimits, answerUniformly, refuseGuessable }: AuthRouteParts) => {
  const mailLimits = [rateLimits.mailPerNetwork, rateLimits.mailPerAccount]
  const signUpLimits = [rateLimits.signUpPerNetwork, rateLimits.mailPerAccount]
  /** Calls better-auth, unless the address has had its mails: the earlier ones are still valid. */
  const callOrSkip = async (req: Request, res: Response, to: Parameters<typeof callAuth>[1]) =>
    isSpent(res, 'mailPerAccount') ? undefined : callAuth(req, to)
  const mail = (path: string) =>
    post(accountBodies.address, mailLimits, (body, req, res) =>
      answerUniformly(res, () => callOrSkip(req, res, { path, body })),
    )

  return handlers({
    'POST /auth/sign-up/email': post(accountBodies.signUp, signUpLimits, async (body, req, res) => {
      refuseGuessable('password', body.password, body)
      await answerUniformly(res, async () => {
        const answer = await callOrSkip(req, res, { path: '/sign-up/email', body })
        if (answer !== undefined && answer.status >= 400) throw await problemOf(answer)
      })
    }),
    'POST /auth/request-password-reset': mail('/request-password-reset'),
    'POST /auth/send-verification-email': mail('/send-verification-email'),
  })
}

const sessionHandlers = (
  { callAuth, post, rateLimits }: AuthRouteParts,
  { people, sessions, credentials, liveCallers }: AuthParts,
) => {
  // The limit per account is only marked: it bounds what each network may try at an account that many guess at.
  const signInLimits = [
    rateLimits.signInPerNetwork,
    rateLimits.signInPerAccount,
    rateLimits.signInPerAccountAndNetwork,
  ]
  const signOut = async (req: Request, res: Response) => {
    await accepted(res, await callAuth(req, { path: '/sign-out', body: {} }))
    res.status(204).end()
  }

  return handlers({
    'POST /auth/sign-in/email': post(accountBodies.signIn, signInLimits, async (body, req, res) => {
      const answer = await accepted(res, await callAuth(req, { path: '/sign-in/email', body }))
      const { user } = signedIn.parse(await answer.json())
      // Not better-auth's own answer: only the cookie may hold the session's token, which no script can read.
      res.json({ person: people.find(user.id) })
    }),
    'POST /auth/sign-out': post(z.unknown(), [], (_body, req, res) => signOut(req, res)),
    /** For a person without a password to change: ends sessions and revokes credentials that somebody else may hold. */
    'POST /auth/sign-out-everywhere': post(accountBodies.signOutEverywhere, [], async (body, req, res) => {
      const caller = callerOf(res)
      refuseScoped(caller)
      liveCallers.run(caller, 'POST /auth/sign-out-everywhere', ({ id }) => {
        sessions.endAll(id)
        credentials.endLinks(id)
        if (body.passkeys) credentials.revoke(id)
        else credentials.revokeTokens(id)
      })
      // Deletes the browser's cookie too.
      await signOut(req, res)
    }),
  })
}

const passwordHandlers = (
  { callAuth, post, rateLimits, refuseGuessable }: AuthRouteParts,
  { auth, people, credentials }: AuthParts,
) => {
  const limits = [rateLimits.secretPerNetwork]
  const refuseFor = (id: string | undefined, password: string) => {
    const person = id === undefined ? undefined : people.find(id)
    if (person) refuseGuessable('newPassword', password, person)
  }

  return handlers({
    'POST /auth/reset-password': post(accountBodies.resetPassword, limits, async (body, req, res) => {
      refuseFor(await auth.personOfReset(body.token), body.newPassword)
      await accepted(res, await callAuth(req, { path: '/reset-password', body }))
      res.status(204).end()
    }),
    'POST /auth/change-password': post(accountBodies.changePassword, limits, async (given, req, res) => {
      const { revokeWaysIn, ...passwords } = given
      const { session } = await auth.sessionOf(req.get('Cookie') ?? '')
      refuseFor(session?.personId, passwords.newPassword)
      const body = { ...passwords, revokeOtherSessions: true }
      await accepted(res, await callAuth(req, { path: '/change-password', body }))
      if (session !== undefined) {
        credentials.endLinks(session.personId)
        if (revokeWaysIn) credentials.revoke(session.personId)
      }
      res.status(204).end()
    }),
  })
}

const callbackParams = z.object({ provider: z.enum(['github', 'google']) })
const callbackQuery = z.record(z.string().max(50), z.string().max(2_000))

/** Sign-in with another site: to the site, and back to a page of this blog. */
const socialHandlers = ({ callAuth, post, rateLimits }: AuthRouteParts, publicUrl: string) => {
  const beginLimits = [rateLimits.signInPerNetwork, rateLimits.challengePerNetwork]
  const callback = async (req: Request, res: Response) => {
    const { provider } = validate(callbackParams, req.params)
    const query = validate(callbackQuery, req.query)
    await passRedirect(res, await callAuth(req, { path: `/callback/${provider}`, query }), publicUrl)
  }

  return handlers({
    'POST /auth/sign-in/social': post(accountBodies.signInSocial, beginLimits, async (given, req, res) => {
      const body = { ...given, disableRedirect: true }
      const answer = await accepted(res, await callAuth(req, { path: '/sign-in/social', body }))
      const { url } = z.object({ url: z.string() }).parse(await answer.json())
      res.json({ url })
    }),
    'GET /auth/callback/:provider': { raw: [rateLimits.secretPerNetwork, callback] },
  })
}
