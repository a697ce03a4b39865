import { callerOf } from '@logbook/chassis/access/gate.ts'
import { linkNext, uuidParam } from '@logbook/chassis/http/answers.ts'
import { jsonBody } from '@logbook/chassis/http/body.ts'
import { idempotencyOf } from '@logbook/chassis/http/idempotency.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { notFound, Problem } from '@logbook/chassis/problem.ts'
import { accountBodies } from '@logbook/contracts/http/accounts.ts'
import { entityId } from '@logbook/contracts/text.ts'
import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import { limits } from '../limits.ts'
import { mails } from '../mail/texts.ts'
import type { RoutesOptions } from './routes.ts'
import { byHand } from './self.ts'

/** The query of `GET /people`. */
export const peoplePage = z.object({
  after: z.union([entityId, z.literal('')]).default(''),
  limit: z.coerce.number().int().min(1).max(limits.pageSizeMax).default(limits.pageSizeDefault),
  confirmed: z
    .enum(['true', 'false'])
    .default('true')
    .meta({ description: '`false`: those who signed up and have not confirmed their address.' }),
})

/** What an owner does with people: see them, give roles, invite. */
export const routePeople = (router: Router, options: RoutesOptions): void => {
  const { clock, people, invitations, once, liveCallers, mailer, auth, credentials, onChange } = options
  const { publicUrl } = options.config
  const body = jsonBody({ bytesMax: limits.jsonBytesMax })
  /** Where mails go out, a link that reaches an address proves whose it is, and no owner needs to. */
  const mustBeWithoutMail = () => {
    if (options.mailConnected)
      throw new Problem('conflict', {
        detail: 'This blog sends mail: the link in it does this, for whoever has the address.',
      })
  }

  router.get('/people', (req: Request, res: Response) => {
    const { after, limit, confirmed } = validate(peoplePage, req.query)
    const found = people.page({ after, limit: limit + 1, confirmed: confirmed === 'true' })
    const shown = found.slice(0, limit)
    const last = shown.at(-1)
    if (found.length > limit && last) res.set('Link', linkNext(req, { after: last.id }))
    res.set('Cache-Control', 'no-store').json(shown)
  })

  router.patch('/people/:id', body, (req: Request, res: Response) => {
    const { role, emailVerified } = validate(accountBodies.changePerson, req.body)
    byHand(callerOf(res))
    if (emailVerified) mustBeWithoutMail()
    const [id, at] = [uuidParam(req, 'id'), clock.now().toISOString()]
    const person = liveCallers.run(callerOf(res), 'PATCH /people/:id', ({ id: by }) => {
      const confirmed = emailVerified ? people.confirm(id, at) : undefined
      return role === undefined ? confirmed : people.setRole(id, role, { by, at })
    })
    onChange()
    res.json(person)
  })

  router.post('/people/:id/password-link', async (req: Request, res: Response) => {
    byHand(callerOf(res))
    mustBeWithoutMail()
    const id = uuidParam(req, 'id')
    liveCallers.run(callerOf(res), 'POST /people/:id/password-link', () => {
      if (people.find(id) === undefined) throw notFound('such person')
      // The latest link is the one that counts.
      credentials.endLinks(id)
    })
    const made = await auth.passwordLink(id)
    res.set('Cache-Control', 'no-store').status(201).json(made)
  })

  router.get('/invitations', (_req, res) => {
    res.set('Cache-Control', 'no-store').json(invitations.open())
  })

  router.post('/invitations', body, (req: Request, res: Response) => {
    const wanted = validate(accountBodies.invite, req.body)
    byHand(callerOf(res))
    const key = idempotencyOf(req, res, { service: 'accounts', body: wanted })
    const linkOf = (token: string) => `${publicUrl}/invitation?token=${token}`
    const { made } = liveCallers.run(callerOf(res), 'POST /invitations', ({ id: by }) =>
      once.run(key, {
        make: (making) => {
          const made = invitations.make({ ...wanted, by }, making)
          mailer.send(mails.invitation(made, linkOf(made.token)))
          return made
        },
        find: (making) => invitations.again(making),
      }),
    )
    const { token, ...invitation } = made
    const link = linkOf(token)
    res
      .set('Cache-Control', 'no-store')
      .status(201)
      .json({ ...invitation, link })
  })

  router.delete('/invitations/:id', (req: Request, res: Response) => {
    invitations.withdraw(uuidParam(req, 'id'))
    mailer.forgetInvitations()
    res.status(204).end()
  })
}
