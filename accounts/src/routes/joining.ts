import { callerOf } from '@logbook/chassis/access/gate.ts'
import type { Clock } from '@logbook/chassis/clock.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { jsonBody } from '@logbook/chassis/http/body.ts'
import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import { invalid, Problem } from '@logbook/chassis/problem.ts'
import { accountEndpoints } from '@logbook/contracts/endpoints/accounts.ts'
import type { PersonAccount } from '@logbook/contracts/http/account-answers.ts'
import { accountBodies, accountBytesMax } from '@logbook/contracts/http/accounts.ts'
import type { Role } from '@logbook/contracts/identity.ts'
import type { Request, Response } from 'express'
import type { Auth } from '../auth/auth.ts'
import type { RefuseGuessable } from '../auth/guessable.ts'
import type { RateLimits } from '../auth/rate-limits.ts'
import type { Config } from '../config.ts'
import type { Mailer } from '../mail/mailer.ts'
import type { Invitations } from '../people/invitations.ts'
import type { People } from '../people/people.ts'
import type { Setup } from '../people/setup.ts'

interface Joining {
  db: Database
  clock: Clock
  ids: Ids
  auth: Pick<Auth, 'hashPassword' | 'signIn'>
  people: People
  invitations: Invitations
  setup: Setup
  mailer: Pick<Mailer, 'forgetInvitations'>
  rateLimits: Pick<RateLimits, 'secretPerNetwork'>
  refuseGuessable: RefuseGuessable
  config: Pick<Config, 'social' | 'signUp'>
  mailConnected: boolean
  onChange: () => void
}

interface Newcomer {
  name: string
  email: string
  role: Role
  password: string
  /** The id of the person who gave the role; null for the first owner. */
  roleBy: string | null
}

type Join = (req: Request, res: Response, given: { newcomer: Newcomer; spend: () => void }) => Promise<void>

/** Adds a person in one transaction with `spend`, which uses the link up or throws, and signs them in. */
const createJoin =
  ({ db, clock, ids, auth, people, mailer, onChange }: Joining): Join =>
  async (req, res, { newcomer, spend }) => {
    const { password, roleBy, ...wanted } = newcomer
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

const handlers = handlersOf(accountEndpoints)
const readBody = jsonBody({ bytesMax: accountBytesMax })

/** How people join by a link: the first owner, and invited people. */
export const joining = (parts: Joining) => {
  const join = createJoin(parts)
  return { ...setUp(parts, join), ...invited(parts, join) }
}

const setUp = (
  { config, mailConnected, people, setup, rateLimits, refuseGuessable }: Joining,
  join: Join,
) => {
  const closed = () => new Problem('conflict', { detail: 'This blog has an owner.' })
  const create = async (req: Request, res: Response) => {
    const { token, ...wanted } = validate(accountBodies.setup, req.body)
    if (setup.token() === null) throw closed()
    if (!setup.isToken(token))
      throw new Problem('forbidden', { detail: 'Open the link that the start of this blog printed.' })
    if (people.byEmail(wanted.email))
      throw new Problem('conflict', { detail: 'This address already has an account.' })
    refuseGuessable('password', wanted.password, wanted)
    await join(req, res, {
      newcomer: { ...wanted, role: 'owner', roleBy: null },
      spend: () => {
        // Checked again inside the transaction: of two who open the link at once, one becomes the owner.
        if (!setup.isToken(token)) throw closed()
        setup.close()
      },
    })
  }

  return handlers({
    'GET /sign-in-options': () => ({
      body: {
        ...{ password: true, passkeys: true, social: Object.keys(config.social) },
        ...{ signUp: config.signUp, mail: mailConnected },
      },
    }),
    'GET /setup': () => ({
      body: { open: setup.token() !== null },
      headers: { 'Cache-Control': 'no-store' },
    }),
    'POST /setup': { raw: [...readBody, rateLimits.secretPerNetwork, create] },
  })
}

const invited = (parts: Joining, join: Join) => {
  const { db, clock, people, invitations, mailer, rateLimits, refuseGuessable, onChange } = parts
  /** A person with an account accepts it signed in: the link alone opens no account. */
  const giveRole = (
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
  const accept = async (req: Request, res: Response) => {
    const { token, name, password } = validate(accountBodies.accept, req.body)
    const invitation = invitations.find(token)
    const { id, email, role, by } = invitation
    const known = people.byEmail(email)
    if (known) return giveRole(res, known, invitation)
    if (name === undefined) throw invalid('name', 'must be given')
    if (password === undefined) throw invalid('password', 'must be given')
    refuseGuessable('password', password, { name, email })
    const newcomer = { name, email, role, password, roleBy: by }
    await join(req, res, { newcomer, spend: () => invitations.use(id) })
  }

  return handlers({
    'POST /invitations/look': {
      before: rateLimits.secretPerNetwork,
      handle({ body }) {
        const { email, role, expiresAt } = invitations.find(body.token)
        return { body: { email, role, expiresAt, known: people.byEmail(email) !== undefined } }
      },
    },
    'POST /invitations/accept': { raw: [...readBody, rateLimits.secretPerNetwork, accept] },
  })
}
