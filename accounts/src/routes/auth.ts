import { callerOf } from '@logbook/chassis/access/gate.ts'
import { jsonBody } from '@logbook/chassis/http/body.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { accountBodies } from '@logbook/contracts/http/accounts.ts'
import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import { isSpent } from '../auth/rate-limits.ts'
import { type AuthParts, accepted, asks, evenAfter, passRedirect } from '../auth/request.ts'
import { problemOf } from '../auth/translate.ts'
import { limits } from '../limits.ts'
import type { People } from '../people/people.ts'
import { routeEmail } from './email.ts'
import type { RoutesOptions } from './routes.ts'
import { byHand } from './self.ts'

const signedIn = z.object({ user: z.object({ id: z.string() }) })

/** Those of better-auth's routes that this service has, each with its own body; the others are not there. */
export const routeAuth = (router: Router, options: RoutesOptions): void => {
  const { people, brakes } = options
  const { publicUrl } = options.config
  const ask = asks({ auth: options.auth, publicUrl })
  const body = jsonBody({ bytesMax: limits.jsonBytesMax })
  const { refuseGuessable } = options
  const parts = { ask, body, brakes, refuseGuessable, evenly: evenAfter(options.evenAnswerMsMin) }
  routeEmail(router, parts, options)
  routeMails(router, parts)
  routeSessions(router, { ...parts, people })
  routeSignOutEverywhere(router, parts, options)
  routePasswords(router, parts, options)
  routeElsewhere(router, { ...parts, publicUrl })
  routePasskeys(router, { ...parts, people })
}

/** Whether an address is known must show neither in these answers nor in their time. */
const routeMails = (router: Router, { ask, body, brakes, evenly, refuseGuessable }: AuthParts): void => {
  const mailBrakes = [brakes.mailPerNetwork, brakes.mailPerAccount]
  const signUpBrakes = [brakes.signUpPerNetwork, brakes.mailPerAccount]
  /** Asks the library, but where the address has had its mails: those of a while ago are as good. */
  const asked = async (req: Request, res: Response, to: Parameters<typeof ask>[1]) =>
    isSpent(res, 'mailPerAccount') ? undefined : ask(req, to)

  router.post('/auth/sign-up/email', body, signUpBrakes, async (req: Request, res: Response) => {
    const given = validate(accountBodies.signUp, req.body)
    refuseGuessable('password', given.password, given)
    await evenly(res, async () => {
      const answer = await asked(req, res, { path: '/sign-up/email', body: given })
      if (answer !== undefined && answer.status >= 400) throw await problemOf(answer)
    })
  })

  router.post('/auth/request-password-reset', body, mailBrakes, async (req: Request, res: Response) => {
    const given = validate(accountBodies.address, req.body)
    await evenly(res, () => asked(req, res, { path: '/request-password-reset', body: given }))
  })

  router.post('/auth/send-verification-email', body, mailBrakes, async (req: Request, res: Response) => {
    const given = validate(accountBodies.address, req.body)
    await evenly(res, () => asked(req, res, { path: '/send-verification-email', body: given }))
  })
}

const routeSessions = (
  router: Router,
  { ask, body, brakes, people }: AuthParts & { people: People },
): void => {
  // The account's own count is only noted: it bounds what each network may try at an account that many guess at.
  const signInBrakes = [brakes.signInPerNetwork, brakes.signInPerAccount, brakes.signInPerAccountAndNetwork]

  router.post('/auth/sign-in/email', body, signInBrakes, async (req: Request, res: Response) => {
    const given = validate(accountBodies.signIn, req.body)
    const answer = await accepted(res, await ask(req, { path: '/sign-in/email', body: given }))
    const { user } = signedIn.parse(await answer.json())
    // Not the library's answer: the session's token is for the cookie alone, which no script reads.
    res.json({ person: people.find(user.id) })
  })

  router.post('/auth/sign-out', body, async (req: Request, res: Response) => {
    await accepted(res, await ask(req, { path: '/sign-out', body: {} }))
    res.status(204).end()
  })
}

/** For who has no password to change, or does not want to: whatever somebody else holds of the account opens nothing any more. */
const routeSignOutEverywhere = (
  router: Router,
  { ask, body }: AuthParts,
  { sessions, waysIn, standing }: Pick<RoutesOptions, 'sessions' | 'waysIn' | 'standing'>,
): void => {
  router.post('/auth/sign-out-everywhere', body, async (req: Request, res: Response) => {
    const { passkeys } = validate(accountBodies.signOutEverywhere, req.body)
    byHand(callerOf(res))
    standing.decide(callerOf(res), 'POST /auth/sign-out-everywhere', ({ id }) => {
      sessions.endAll(id)
      waysIn.endLinks(id)
      if (passkeys) waysIn.revoke(id)
      else waysIn.revokeTokens(id)
    })
    // The browser forgets its cookie too.
    await accepted(res, await ask(req, { path: '/sign-out', body: {} }))
    res.status(204).end()
  })
}

const routePasswords = (
  router: Router,
  { ask, body, brakes, refuseGuessable }: AuthParts,
  { auth, people, waysIn }: Pick<RoutesOptions, 'auth' | 'people' | 'waysIn'>,
): void => {
  const refuseFor = (id: string | undefined, password: string) => {
    const person = id === undefined ? undefined : people.find(id)
    if (person) refuseGuessable('newPassword', password, person)
  }

  router.post('/auth/reset-password', body, brakes.secretPerNetwork, async (req: Request, res: Response) => {
    const given = validate(accountBodies.resetPassword, req.body)
    refuseFor(await auth.personOfReset(given.token), given.newPassword)
    await accepted(res, await ask(req, { path: '/reset-password', body: given }))
    res.status(204).end()
  })

  router.post('/auth/change-password', body, brakes.secretPerNetwork, async (req: Request, res: Response) => {
    const { revokeWaysIn, ...passwords } = validate(accountBodies.changePassword, req.body)
    const given = { ...passwords, revokeOtherSessions: true }
    const { session } = await auth.sessionOf(req.get('Cookie') ?? '')
    refuseFor(session?.personId, given.newPassword)
    await accepted(res, await ask(req, { path: '/change-password', body: given }))
    if (session !== undefined) {
      waysIn.endLinks(session.personId)
      if (revokeWaysIn) waysIn.revoke(session.personId)
    }
    res.status(204).end()
  })
}

/** Ways that lead to another site or from a mail, and back to a page of this blog. */
const routeElsewhere = (
  router: Router,
  { ask, body, brakes, publicUrl }: AuthParts & { publicUrl: string },
): void => {
  const beginBrakes = [brakes.signInPerNetwork, brakes.challengePerNetwork]

  router.post('/auth/sign-in/social', body, beginBrakes, async (req: Request, res: Response) => {
    const given = validate(accountBodies.signInSocial, req.body)
    const answer = await accepted(
      res,
      await ask(req, { path: '/sign-in/social', body: { ...given, disableRedirect: true } }),
    )
    const { url } = z.object({ url: z.string() }).parse(await answer.json())
    res.json({ url })
  })

  router.get('/auth/callback/:provider', brakes.secretPerNetwork, async (req: Request, res: Response) => {
    const { provider } = validate(z.object({ provider: z.enum(['github', 'google']) }), req.params)
    const query = validate(z.record(z.string().max(50), z.string().max(2_000)), req.query)
    await passRedirect(res, await ask(req, { path: `/callback/${provider}`, query }), publicUrl)
  })
}

export const passkeyBody = z.strictObject({
  response: z.record(z.string(), z.unknown()),
  name: z.string().max(100).optional(),
})

export const passkeyId = z.strictObject({ id: z.string().max(100) })

const routePasskeys = (
  router: Router,
  { ask, body, brakes, people }: AuthParts & { people: People },
): void => {
  const pass = async (res: Response, answer: globalThis.Response) => {
    const passed = await accepted(res, answer)
    res.json(await passed.json())
  }
  const optionsQuery = z.object({ name: z.string().max(100).optional() })

  const begin = brakes.challengePerNetwork

  router.get('/auth/passkey/generate-register-options', begin, async (req: Request, res: Response) => {
    const { name } = validate(optionsQuery, req.query)
    const query = name === undefined ? {} : { name }
    await pass(res, await ask(req, { path: '/passkey/generate-register-options', query }))
  })

  router.post('/auth/passkey/verify-registration', body, async (req: Request, res: Response) => {
    const given = validate(passkeyBody, req.body)
    await pass(res, await ask(req, { path: '/passkey/verify-registration', body: given }))
  })

  router.get('/auth/passkey/list-user-passkeys', async (req: Request, res: Response) => {
    const answer = await accepted(res, await ask(req, { path: '/passkey/list-user-passkeys' }))
    const listed = z.array(
      z.object({ id: z.string(), name: z.string().nullish(), createdAt: z.string().nullish() }),
    )
    res.json(listed.parse(await answer.json()))
  })

  router.post('/auth/passkey/delete-passkey', body, async (req: Request, res: Response) => {
    const given = validate(passkeyId, req.body)
    await accepted(res, await ask(req, { path: '/passkey/delete-passkey', body: given }))
    res.status(204).end()
  })

  router.get('/auth/passkey/generate-authenticate-options', begin, async (req: Request, res: Response) => {
    await pass(res, await ask(req, { path: '/passkey/generate-authenticate-options', query: {} }))
  })

  router.post(
    '/auth/passkey/verify-authentication',
    body,
    brakes.signInPerNetwork,
    async (req: Request, res: Response) => {
      const given = validate(passkeyBody, req.body)
      const answer = await accepted(
        res,
        await ask(req, { path: '/passkey/verify-authentication', body: given }),
      )
      const { session } = z.object({ session: z.object({ userId: z.string() }) }).parse(await answer.json())
      res.json({ person: people.find(session.userId) })
    },
  )
}
