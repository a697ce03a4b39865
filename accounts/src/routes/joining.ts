import type { Clock } from '@logbook/chassis/clock.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { type Header, handlersOf } from '@logbook/chassis/http/serve.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import { invalid, Problem } from '@logbook/chassis/problem.ts'
import { accountEndpoints } from '@logbook/contracts/endpoints/accounts.ts'
import type { PersonAccount } from '@logbook/contracts/http/account-answers.ts'
import type { Caller, Role } from '@logbook/contracts/identity.ts'
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

interface Joined {
  status: number
  body: { person: PersonAccount }
  headers?: { 'Set-Cookie': string[] }
}
type Join = (header: Header, newcomer: Newcomer, spend: () => void) => Promise<Joined>

/** Adds a person in one transaction with `spend`, which uses the link up or throws, and signs them in. */
const createJoin =
  ({ db, clock, ids, auth, people, mailer, onChange }: Joining): Join =>
  async (header, { password, roleBy, ...wanted }, spend) => {
    const passwordHash = await auth.hashPassword(password)
    const [id, accountId, at] = [ids.next(), ids.next(), clock.now().toISOString()]
    db.transaction(() => {
      spend()
      people.create({ id, accountId, at, passwordHash, roleBy: roleBy ?? id, ...wanted })
    }).immediate()
    mailer.forgetInvitations()
    onChange()
    const headers = new Headers()
    for (const name of ['user-agent', 'x-forwarded-for']) headers.set(name, header(name) ?? '')
    const cookies = await auth.signIn({ email: wanted.email, password }, headers)
    return { status: 201, body: { person: people.read(id) }, headers: { 'Set-Cookie': cookies } }
  }

const handlers = handlersOf(accountEndpoints)

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
    'POST /setup': {
      limits: rateLimits.secretPerNetwork,
      async handle({ body: { token, ...wanted }, header }) {
        if (setup.token() === null) throw closed()
        if (!setup.isToken(token))
          throw new Problem('forbidden', { detail: 'Open the link that the start of this blog printed.' })
        if (people.byEmail(wanted.email))
          throw new Problem('conflict', { detail: 'This address already has an account.' })
        refuseGuessable('password', wanted.password, wanted)
        return join(header, { ...wanted, role: 'owner', roleBy: null }, () => {
          // Checked again inside the transaction: of two who open the link at once, one becomes the owner.
          if (!setup.isToken(token)) throw closed()
          setup.close()
        })
      },
    },
  })
}

const invited = (parts: Joining, join: Join) => {
  const { db, clock, people, invitations, mailer, rateLimits, refuseGuessable, onChange } = parts
  /** A person with an account accepts it signed in: the link alone opens no account. */
  const giveRole = (
    caller: Caller,
    known: PersonAccount,
    { id, role, by }: { id: string; role: Role; by: string },
  ): Joined => {
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
    return { status: 200, body: { person } }
  }

  return handlers({
    'POST /invitations/look': {
      before: rateLimits.secretPerNetwork,
      handle({ body }) {
        const { email, role, expiresAt } = invitations.find(body.token)
        return { body: { email, role, expiresAt, known: people.byEmail(email) !== undefined } }
      },
    },
    'POST /invitations/accept': {
      limits: rateLimits.secretPerNetwork,
      async handle({ body: { token, name, password }, header }, caller) {
        const invitation = invitations.find(token)
        const { id, email, role, by } = invitation
        const known = people.byEmail(email)
        if (known) return giveRole(caller, known, invitation)
        if (name === undefined) throw invalid('name', 'must be given')
        if (password === undefined) throw invalid('password', 'must be given')
        refuseGuessable('password', password, { name, email })
        return join(header, { name, email, role, password, roleBy: by }, () => invitations.use(id))
      },
    },
  })
}
