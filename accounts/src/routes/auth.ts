import { callerOf } from '@logbook/chassis/access/gate.ts'
import { jsonBody } from '@logbook/chassis/http/body.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { accountBodies } from '@logbook/contracts/http/accounts.ts'
import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import { isSpent } from '../auth/rate-limits.ts'
import {
  type AuthRouteParts,
  accepted,
  createAuthCall,
  createUniformAnswer,
  passRedirect,
} from '../auth/request.ts'
import { problemOf } from '../auth/translate.ts'
import { limits } from '../limits.ts'
import type { People } from '../people/people.ts'
import { routeEmail } from './email.ts'
import { routePasskeys } from './passkeys.ts'
import type { RoutesOptions } from './routes.ts'
import { byHand } from './self.ts'

const signedIn = z.object({ user: z.object({ id: z.string() }) })

/** Those of better-auth's routes that this service has, each with its own body; the others are not there. */
export const routeAuth = (router: Router, options: RoutesOptions): void => {
  const { people, rateLimits } = options
  const { publicUrl } = options.config
  const callAuth = createAuthCall({ auth: options.auth, publicUrl })
  const body = jsonBody({ bytesMax: limits.jsonBytesMax })
  const { refuseGuessable } = options
  const parts = {
    callAuth,
    body,
    rateLimits,
    refuseGuessable,
    answerUniformly: createUniformAnswer(options.uniformAnswerMsMin),
  }
  routeEmail(router, parts, options)
  routeMails(router, parts)
  routeSessions(router, { ...parts, people })
  routeSignOutEverywhere(router, parts, options)
  routePasswords(router, parts, options)
  routeElsewhere(router, { ...parts, publicUrl })
  routePasskeys(router, { ...parts, people })
}

/** Whether an address is known must show neither in these answers nor in their time. */
const routeMails = (
  router: Router,
  { callAuth, body, rateLimits, answerUniformly, refuseGuessable }: AuthRouteParts,
): void => {
  const mailLimits = [rateLimits.mailPerNetwork, rateLimits.mailPerAccount]
  const signUpLimits = [rateLimits.signUpPerNetwork, rateLimits.mailPerAccount]
  /** Asks the library, but where the address has had its mails: those of a while ago are as good. */
  const asked = async (req: Request, res: Response, to: Parameters<typeof callAuth>[1]) =>
    isSpent(res, 'mailPerAccount') ? undefined : callAuth(req, to)

  router.post('/auth/sign-up/email', body, signUpLimits, async (req: Request, res: Response) => {
    const given = validate(accountBodies.signUp, req.body)
    refuseGuessable('password', given.password, given)
    await answerUniformly(res, async () => {
      const answer = await asked(req, res, { path: '/sign-up/email', body: given })
      if (answer !== undefined && answer.status >= 400) throw await problemOf(answer)
    })
  })

  router.post('/auth/request-password-reset', body, mailLimits, async (req: Request, res: Response) => {
    const given = validate(accountBodies.address, req.body)
    await answerUniformly(res, () => asked(req, res, { path: '/request-password-reset', body: given }))
  })

  router.post('/auth/send-verification-email', body, mailLimits, async (req: Request, res: Response) => {
    const given = validate(accountBodies.address, req.body)
    await answerUniformly(res, () => asked(req, res, { path: '/send-verification-email', body: given }))
  })
}

const routeSessions = (
  router: Router,
  { callAuth, body, rateLimits, people }: AuthRouteParts & { people: People },
): void => {
  // The account's own count is only noted: it bounds what each network may try at an account that many guess at.
  const signInLimits = [
    rateLimits.signInPerNetwork,
    rateLimits.signInPerAccount,
    rateLimits.signInPerAccountAndNetwork,
  ]

  router.post('/auth/sign-in/email', body, signInLimits, async (req: Request, res: Response) => {
    const given = validate(accountBodies.signIn, req.body)
    const answer = await accepted(res, await callAuth(req, { path: '/sign-in/email', body: given }))
    const { user } = signedIn.parse(await answer.json())
    // Not the library's answer: the session's token is for the cookie alone, which no script reads.
    res.json({ person: people.find(user.id) })
  })

  router.post('/auth/sign-out', body, async (req: Request, res: Response) => {
    await accepted(res, await callAuth(req, { path: '/sign-out', body: {} }))
    res.status(204).end()
  })
}

/** For who has no password to change, or does not want to: whatever somebody else holds of the account opens nothing any more. */
const routeSignOutEverywhere = (
  router: Router,
  { callAuth, body }: AuthRouteParts,
  { sessions, credentials, liveCallers }: Pick<RoutesOptions, 'sessions' | 'credentials' | 'liveCallers'>,
): void => {
  router.post('/auth/sign-out-everywhere', body, async (req: Request, res: Response) => {
    const { passkeys } = validate(accountBodies.signOutEverywhere, req.body)
    byHand(callerOf(res))
    liveCallers.run(callerOf(res), 'POST /auth/sign-out-everywhere', ({ id }) => {
      sessions.endAll(id)
      credentials.endLinks(id)
      if (passkeys) credentials.revoke(id)
      else credentials.revokeTokens(id)
    })
    // The browser forgets its cookie too.
    await accepted(res, await callAuth(req, { path: '/sign-out', body: {} }))
    res.status(204).end()
  })
}

const routePasswords = (
  router: Router,
  { callAuth, body, rateLimits, refuseGuessable }: AuthRouteParts,
  { auth, people, credentials }: Pick<RoutesOptions, 'auth' | 'people' | 'credentials'>,
): void => {
  const refuseFor = (id: string | undefined, password: string) => {
    const person = id === undefined ? undefined : people.find(id)
    if (person) refuseGuessable('newPassword', password, person)
  }

  router.post(
    '/auth/reset-password',
    body,
    rateLimits.secretPerNetwork,
    async (req: Request, res: Response) => {
      const given = validate(accountBodies.resetPassword, req.body)
      refuseFor(await auth.personOfReset(given.token), given.newPassword)
      await accepted(res, await callAuth(req, { path: '/reset-password', body: given }))
      res.status(204).end()
    },
  )

  router.post(
    '/auth/change-password',
    body,
    rateLimits.secretPerNetwork,
    async (req: Request, res: Response) => {
      const { revokeWaysIn, ...passwords } = validate(accountBodies.changePassword, req.body)
      const given = { ...passwords, revokeOtherSessions: true }
      const { session } = await auth.sessionOf(req.get('Cookie') ?? '')
      refuseFor(session?.personId, given.newPassword)
      await accepted(res, await callAuth(req, { path: '/change-password', body: given }))
      if (session !== undefined) {
        credentials.endLinks(session.personId)
        if (revokeWaysIn) credentials.revoke(session.personId)
      }
      res.status(204).end()
    },
  )
}

/** Ways that lead to another site or from a mail, and back to a page of this blog. */
const routeElsewhere = (
  router: Router,
  { callAuth, body, rateLimits, publicUrl }: AuthRouteParts & { publicUrl: string },
): void => {
  const beginLimits = [rateLimits.signInPerNetwork, rateLimits.challengePerNetwork]

  router.post('/auth/sign-in/social', body, beginLimits, async (req: Request, res: Response) => {
    const given = validate(accountBodies.signInSocial, req.body)
    const answer = await accepted(
      res,
      await callAuth(req, { path: '/sign-in/social', body: { ...given, disableRedirect: true } }),
    )
    const { url } = z.object({ url: z.string() }).parse(await answer.json())
    res.json({ url })
  })

  router.get('/auth/callback/:provider', rateLimits.secretPerNetwork, async (req: Request, res: Response) => {
    const { provider } = validate(z.object({ provider: z.enum(['github', 'google']) }), req.params)
    const query = validate(z.record(z.string().max(50), z.string().max(2_000)), req.query)
    await passRedirect(res, await callAuth(req, { path: `/callback/${provider}`, query }), publicUrl)
  })
}
