import { callerOf } from '@logbook/chassis/access/gate.ts'
import { jsonBody } from '@logbook/chassis/http/body.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { invalid, Problem } from '@logbook/chassis/problem.ts'
import type { PersonAccount } from '@logbook/contracts/http/account-answers.ts'
import { accountBodies } from '@logbook/contracts/http/accounts.ts'
import type { Role } from '@logbook/contracts/identity.ts'
import type { Request, Response, Router } from 'express'
import { limits } from '../limits.ts'
import type { RoutesOptions } from './routes.ts'

/** How people come in by a link: the first owner, and whom an owner invited. */
export const routeJoining = (router: Router, options: RoutesOptions): void => {
  router.get('/sign-in-options', (_req, res) => {
    const { social, signUp } = options.config
    const mail = options.mailConnected
    res.json({ password: true, passkeys: true, social: Object.keys(social), signUp, mail })
  })
  routeSetup(router, options)
  routeInvitations(router, options)
}

interface Joining {
  name: string
  email: string
  role: Role
  password: string
  /** Who gave the role; null for themselves. */
  roleBy: string | null
}

/** Makes a person in one transaction with `spend`, which uses the link up or throws, and signs them in. */
const joiner =
  ({ db, clock, ids, auth, people, mailer, onChange }: RoutesOptions) =>
  async (req: Request, res: Response, { joining, spend }: { joining: Joining; spend: () => void }) => {
    const { password, roleBy, ...wanted } = joining
    const passwordHash = await auth.hashPassword(password)
    const [id, accountId, at] = [ids.next(), ids.next(), clock.now().toISOString()]
    db.transaction(() => {
      spend()
      people.create({ id, accountId, at, passwordHash, roleBy: roleBy ?? id, ...wanted })
    }).immediate()
    mailer.forgetInvitations()
    onChange()
    const headers = new Headers()
    for (const name of ['user-agent', 'x-forwarded-for']) headers.set(name, req.get(name) ?? '')
    for (const cookie of await auth.signIn({ email: wanted.email, password }, headers))
      res.append('Set-Cookie', cookie)
    res.status(201).json({ person: people.find(id) })
  }

const routeSetup = (router: Router, options: RoutesOptions): void => {
  const { people, setup, rateLimits, refuseGuessable } = options
  const body = jsonBody({ bytesMax: limits.jsonBytesMax })
  const join = joiner(options)

  router.get('/setup', (_req, res) => {
    res.set('Cache-Control', 'no-store').json({ open: setup.token() !== null })
  })

  router.post('/setup', body, rateLimits.secretPerNetwork, async (req: Request, res: Response) => {
    const { token, ...wanted } = validate(accountBodies.setup, req.body)
    const closed = () => new Problem('conflict', { detail: 'This blog has its owner.' })
    if (setup.token() === null) throw closed()
    if (!setup.isToken(token))
      throw new Problem('forbidden', { detail: 'Open the link that the start of this blog printed.' })
    if (people.byEmail(wanted.email))
      throw new Problem('conflict', { detail: 'This address has an account already.' })
    refuseGuessable('password', wanted.password, wanted)
    const joining = { ...wanted, role: 'owner' as const, roleBy: null }
    await join(req, res, {
      joining,
      spend: () => {
        // Looked at again inside the transaction: of two who open the link at once, one is the owner.
        if (!setup.isToken(token)) throw closed()
        setup.close()
      },
    })
  })
}

const routeInvitations = (router: Router, options: RoutesOptions): void => {
  const { db, clock, people, invitations, mailer, rateLimits, refuseGuessable, onChange } = options
  const body = jsonBody({ bytesMax: limits.jsonBytesMax })
  const join = joiner(options)

  router.post('/invitations/look', body, rateLimits.secretPerNetwork, (req: Request, res: Response) => {
    const { token } = validate(accountBodies.look, req.body)
    const { email, role, expiresAt } = invitations.find(token)
    res.json({ email, role, expiresAt, known: people.byEmail(email) !== undefined })
  })

  /** Whoever has an account with the invited address takes the role up signed in: the link alone gives nobody an account. */
  const takeUp = (
    res: Response,
    known: PersonAccount,
    { id, role, by }: { id: string; role: Role; by: string },
  ) => {
    const caller = callerOf(res)
    if (caller.kind !== 'person' || caller.id !== known.id)
      throw new Problem('conflict', { detail: 'This address has an account: sign in with it first.' })
    const person = db
      .transaction(() => {
        invitations.use(id)
        return people.setRole(known.id, role, { by, at: clock.now().toISOString() })
      })
      .immediate()
    mailer.forgetInvitations()
    onChange()
    res.json({ person })
  }

  router.post(
    '/invitations/accept',
    body,
    rateLimits.secretPerNetwork,
    async (req: Request, res: Response) => {
      const { token, name, password } = validate(accountBodies.accept, req.body)
      const invitation = invitations.find(token)
      const { id, email, role, by } = invitation
      const known = people.byEmail(email)
      if (known) return takeUp(res, known, invitation)
      if (name === undefined) throw invalid('name', 'must be given')
      if (password === undefined) throw invalid('password', 'must be given')
      refuseGuessable('password', password, { name, email })
      const joining = { name, email, role, password, roleBy: by }
      await join(req, res, { joining, spend: () => invitations.use(id) })
    },
  )
}
