import { jsonBody } from '@logbook/chassis/http/body.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { pause } from '@logbook/chassis/pause.ts'
import { accountBodies, verifyEmailQuery } from '@logbook/contracts/http/accounts.ts'
import type { Request, RequestHandler, Response, Router } from 'express'
import { z } from 'zod'
import { limits } from '../limits.ts'
import type { People } from '../people/people.ts'
import { type Auth, authUrl } from './auth.ts'
import type { Brakes } from './brakes.ts'
import { problemOf } from './translate.ts'

interface AuthRoutes {
  auth: Auth
  people: People
  brakes: Brakes
  publicUrl: string
}

type Ask = (
  req: Request,
  to: { path: string; body?: unknown; query?: Record<string, string> },
) => Promise<globalThis.Response>

const passedOn = ['cookie', 'user-agent', 'x-forwarded-for'] as const

/** Asks the library as the browser would at the public address. Whether the request is from there is checked before. */
const asks =
  ({ auth, publicUrl }: Pick<AuthRoutes, 'auth' | 'publicUrl'>): Ask =>
  (req, { path, body, query }) => {
    const headers = new Headers({ Origin: new URL(publicUrl).origin })
    for (const name of passedOn) {
      const value = req.get(name)
      if (value !== undefined) headers.set(name, value)
    }
    if (body !== undefined) headers.set('Content-Type', 'application/json')
    const search = query === undefined ? '' : `?${new URLSearchParams(query)}`
    return auth.handle(
      new Request(`${authUrl(publicUrl)}${path}${search}`, {
        method: req.method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    )
  }

const addCookies = (res: Response, answer: globalThis.Response): void => {
  for (const cookie of answer.headers.getSetCookie()) res.append('Set-Cookie', cookie)
}

/** Throws the problem of a refusal; else the cookies are set and the answer is the caller's to give. */
const accepted = async (res: Response, answer: globalThis.Response): Promise<globalThis.Response> => {
  if (answer.status >= 400) throw await problemOf(answer)
  addCookies(res, answer)
  return answer
}

const signedIn = z.object({ user: z.object({ id: z.string() }) })

/** Those of better-auth's routes that this service has, each with its own body; the others are not there. */
export const routeAuth = (router: Router, { auth, people, brakes, publicUrl }: AuthRoutes): void => {
  const ask = asks({ auth, publicUrl })
  const body = jsonBody({ bytesMax: limits.jsonBytesMax })
  routeMails(router, { ask, body, brakes })
  routeSessions(router, { ask, body, brakes, people })
  routeElsewhere(router, { ask, body, brakes, publicUrl })
  routePasskeys(router, { ask, body, brakes, people })
}

interface Parts {
  ask: Ask
  body: RequestHandler[]
  brakes: Brakes
}

/** Whether an address is known must show neither in these answers nor in their time. */
const routeMails = (router: Router, { ask, body, brakes }: Parts): void => {
  const evenly = async (res: Response, work: () => Promise<unknown>) => {
    await Promise.all([work(), pause(limits.evenAnswerMsMin)])
    res.json({ status: 'check-your-mail' })
  }
  const mailBrakes = [brakes.mailPerNetwork, brakes.mailPerAccount]

  router.post('/auth/sign-up/email', body, brakes.signUpPerNetwork, async (req: Request, res: Response) => {
    const given = validate(accountBodies.signUp, req.body)
    await evenly(res, async () => {
      const answer = await ask(req, { path: '/sign-up/email', body: given })
      if (answer.status >= 400) throw await problemOf(answer)
    })
  })

  router.post('/auth/request-password-reset', body, mailBrakes, async (req: Request, res: Response) => {
    const given = validate(accountBodies.address, req.body)
    await evenly(res, () => ask(req, { path: '/request-password-reset', body: given }))
  })

  router.post('/auth/send-verification-email', body, mailBrakes, async (req: Request, res: Response) => {
    const given = validate(accountBodies.address, req.body)
    await evenly(res, () => ask(req, { path: '/send-verification-email', body: given }))
  })
}

const routeSessions = (router: Router, { ask, body, brakes, people }: Parts & { people: People }): void => {
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

  router.post('/auth/reset-password', body, brakes.secretPerNetwork, async (req: Request, res: Response) => {
    const given = validate(accountBodies.resetPassword, req.body)
    await accepted(res, await ask(req, { path: '/reset-password', body: given }))
    res.status(204).end()
  })

  router.post('/auth/change-password', body, brakes.secretPerNetwork, async (req: Request, res: Response) => {
    const given = { ...validate(accountBodies.changePassword, req.body), revokeOtherSessions: true }
    await accepted(res, await ask(req, { path: '/change-password', body: given }))
    res.status(204).end()
  })
}

/** Ways that lead to another site or from a mail, and back to a page of this blog. */
const routeElsewhere = (
  router: Router,
  { ask, body, brakes, publicUrl }: Parts & { publicUrl: string },
): void => {
  const passRedirect = async (res: Response, answer: globalThis.Response) => {
    const location = answer.headers.get('Location')
    if (location === null) throw await problemOf(answer)
    addCookies(res, answer)
    // Whole, since the address that this service sees is not the one that the browser asked.
    res.redirect(302, new URL(location, publicUrl).href)
  }

  router.get('/auth/verify-email', brakes.secretPerNetwork, async (req: Request, res: Response) => {
    const query = validate(verifyEmailQuery, req.query)
    await passRedirect(res, await ask(req, { path: '/verify-email', query }))
  })

  router.post('/auth/sign-in/social', body, brakes.signInPerNetwork, async (req: Request, res: Response) => {
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
    await passRedirect(res, await ask(req, { path: `/callback/${provider}`, query }))
  })
}

export const passkeyBody = z.strictObject({
  response: z.record(z.string(), z.unknown()),
  name: z.string().max(100).optional(),
})

export const passkeyId = z.strictObject({ id: z.string().max(100) })

const routePasskeys = (router: Router, { ask, body, brakes, people }: Parts & { people: People }): void => {
  const pass = async (res: Response, answer: globalThis.Response) => {
    const passed = await accepted(res, answer)
    res.json(await passed.json())
  }
  const optionsQuery = z.object({ name: z.string().max(100).optional() })

  router.get('/auth/passkey/generate-register-options', async (req: Request, res: Response) => {
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

  router.get('/auth/passkey/generate-authenticate-options', async (req: Request, res: Response) => {
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
