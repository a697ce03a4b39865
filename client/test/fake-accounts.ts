import { randomUUID } from 'node:crypto'
import { invalid, Problem } from '@logbook/chassis/problem.ts'
import { accountEndpoints } from '@logbook/contracts/endpoints/accounts.ts'
import type { ApiToken, Invitation, Receipt } from '@logbook/contracts/http/account-answers.ts'
import type { Person, Role } from '@logbook/contracts/identity.ts'
import { answering } from './answering.ts'
import { idOf, minutesAgo } from './sample-blog.ts'

export const ada = { id: idOf(400), name: 'Ada', email: 'ada@blog.example', role: 'owner' as Role }
const password = 'the right password'

const personOf = (person: typeof ada) => ({
  ...person,
  emailVerified: true,
  createdAt: minutesAgo(10_000),
})

/** The cookie with which the fake gateway knows a person again. */
export const sessionOf = (role: Role): string => `session=${role}`

const bearerOf = (claims: object): string =>
  `Bearer x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`

/** The token of Ada in a role, as a gateway would send it. It is not signed. */
export const tokenOf = (role: string): string =>
  bearerOf({ kind: 'person', sub: ada.id, name: ada.name, role })

/** The person of such a token, who is not verified. */
export const callerOf = (authorization: string): Person => {
  const [, claims = ''] = authorization.split('.')
  const { sub, name, role } = JSON.parse(Buffer.from(claims, 'base64url').toString())
  return { kind: 'person', id: sub, name, role }
}

/** The token that a gateway would send for such a cookie; it is not verified here. */
export const tokenFor = (cookie: string | undefined): string | undefined => {
  const [, role] = /(?:^|;\s*)session=(\w+)/.exec(cookie ?? '') ?? []
  if (role === undefined) return undefined
  return tokenOf(role)
}

/** A token made in the data folder: it has a role and no account. */
export const operatorToken = bearerOf({ kind: 'person', sub: idOf(499), name: 'ci', role: 'owner' })

const receipt: Receipt = {
  ...{ id: idOf(401), by: null },
  erasedAt: minutesAgo(60),
  announced: true,
  events: [{ id: idOf(500), type: 'CommentCreated', position: 12 }],
  services: [
    { service: 'query', confirmedAt: minutesAgo(59), overdue: false },
    { service: 'comments', confirmedAt: null, overdue: true },
  ],
  complete: false,
  overdue: true,
}

const linuxChrome =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'
const sessions = () => [
  {
    ...{ id: 's1', createdAt: minutesAgo(5), expiresAt: minutesAgo(-500) },
    ...{ ipAddress: '::1', userAgent: linuxChrome, current: true },
  },
  {
    ...{ id: 's2', createdAt: minutesAgo(900), expiresAt: minutesAgo(-500) },
    ...{ ipAddress: null, userAgent: null, current: false },
  },
]

const signedInAs = (role: Role) => ({ 'Set-Cookie': `${sessionOf(role)}; Path=/; HttpOnly` })
const signedOut = { headers: { 'Set-Cookie': 'session=; Path=/; Max-Age=0' } }
const mailed = () => ({ body: { status: 'check-your-mail' } }) as const
const endedLink = () => invalid('token', 'is not valid, or no longer')

/** How people sign up and in, and change what they sign in with. */
const signing = {
  'POST /auth/sign-in/email'({ body }: { body: { email: string; password: string } }) {
    if (body.email === 'cy@blog.example')
      throw new Problem('forbidden', {
        detail: 'This address is not confirmed yet.',
        extensions: { reason: 'address-not-confirmed' },
      })
    if (body.email !== ada.email || body.password !== password)
      throw new Problem('unauthenticated', { detail: 'The address or the password is wrong.' })
    return { body: { person: personOf(ada) }, headers: signedInAs('owner') }
  },
  'POST /auth/sign-up/email': mailed,
  'POST /auth/request-password-reset': mailed,
  'POST /auth/sign-out': () => signedOut,
  'POST /auth/sign-out-everywhere': () => signedOut,
  'POST /auth/sign-in/social': () => ({ body: { url: 'https://github.example/authorize' } }),
  'POST /auth/change-email'({ body }: { body: { currentPassword?: string | undefined } }) {
    if (body.currentPassword !== password) throw invalid('currentPassword', 'is not your password')
    return mailed()
  },
  'POST /auth/verify-email'({ body: { token } }: { body: { token: string } }) {
    if (token === 'signed-out') throw new Problem('unauthenticated')
    if (token === 'spent') throw endedLink()
    const signedIn = token !== 'kept'
    return {
      body: { of: 'new-account' as const, signedIn },
      headers: signedIn ? signedInAs('reader') : {},
    }
  },
  'POST /auth/reset-password'() {
    throw endedLink()
  },
  'POST /auth/change-password': () => ({ headers: signedInAs('owner') }),
  'GET /auth/passkey/list-user-passkeys': () => ({ body: [] }),
}

/** Accounts, as its contract says, with one person in it. */
export const createFakeAccounts = () => {
  const tokens: ApiToken[] = []
  const invitations: Invitation[] = []
  let isSetUp = true
  let mail = true
  let picture: string | null = null
  const cy = personOf({ id: idOf(403), name: 'Cy', email: 'cy@blog.example', role: 'reader' })
  const waiting = new Map([[cy.id, { ...cy, emailVerified: false }]])
  const me = (name = ada.name) => ({
    ...personOf({ ...ada, name }),
    ...{ picture, hasPassword: true, social: [], passkeys: 0 },
  })
  const reply = answering(accountEndpoints, {
    ...signing,
    'GET /sign-in-options': () => ({
      body: { password: true, passkeys: true, social: ['github'], signUp: 'open' as const, mail },
    }),
    'GET /setup': () => ({ body: { open: !isSetUp } }),
    'POST /setup'({ body }) {
      if (body.token === 'wrong')
        throw new Problem('forbidden', { detail: 'Open the link that the start of this blog printed.' })
      isSetUp = true
      return { body: { person: personOf(ada) }, headers: signedInAs('owner') }
    },
    'GET /me'({ headers }) {
      if (headers.authorization === operatorToken) throw new Problem('not-found')
      return { body: me() }
    },
    'PATCH /me'({ body }) {
      if (body.picture !== undefined) picture = body.picture
      return { body: me(body.name) }
    },
    'GET /sessions': () => ({ body: sessions() }),
    'GET /tokens': () => ({ body: tokens }),
    'POST /tokens'({ body: { name, scopes = null } }) {
      const token = {
        ...{ id: randomUUID(), name, scopes, lastUsedAt: null },
        ...{ createdAt: minutesAgo(0), expiresAt: minutesAgo(-90) },
      }
      tokens.push(token)
      return { body: { ...token, token: 'lb_shown_once' } }
    },
    'GET /people': ({ query: { confirmed } }) => ({
      body:
        confirmed === 'false'
          ? [...waiting.values()]
          : [
              personOf(ada),
              personOf({ id: idOf(402), name: 'Ben', email: 'ben@blog.example', role: 'reader' }),
            ],
    }),
    'PATCH /people/:id'({ params: { id } }) {
      if (id === ada.id) throw new Problem('conflict', { detail: 'A blog needs an owner.' })
      if (!waiting.delete(id)) throw new Problem('not-found')
      return { body: cy }
    },
    'POST /people/:id/password-link'({ params: { id } }) {
      if (id !== idOf(402)) throw new Problem('not-found')
      const link = 'http://blog.example/reset-password?token=handed'
      return { body: { link, expiresAt: minutesAgo(-60) } }
    },
    'DELETE /people/:id'({ params: { id } }) {
      if (id !== ada.id) throw new Problem('not-found')
      return { body: { ...receipt, id }, ...signedOut }
    },
    'GET /invitations': () => ({ body: invitations }),
    'POST /invitations'({ body }) {
      const invitation = {
        ...{ id: randomUUID(), ...body },
        ...{ createdAt: minutesAgo(0), expiresAt: minutesAgo(-90) },
      }
      invitations.push(invitation)
      return { body: { ...invitation, link: 'http://blog.example/invitation?token=good' } }
    },
    'POST /invitations/look'({ body: { token } }) {
      if (token !== 'good') throw new Problem('not-found')
      return {
        body: { email: cy.email, role: 'author' as const, expiresAt: minutesAgo(-90), known: false },
      }
    },
    'GET /erasures': () => ({ body: [receipt] }),
    'GET /erasures/:id'({ params: { id } }) {
      if (id !== receipt.id) throw new Problem('not-found')
      return { body: receipt }
    },
  })

  return {
    reply,
    /** As on a blog without a mail server, or with one. */
    connectMail: (isConnected: boolean) => {
      mail = isConnected
    },
    /** As a blog is before its owner came. */
    forgetOwner: () => {
      isSetUp = false
    },
  }
}
