import { randomUUID } from 'node:crypto'
import type { Person, Role } from '@logbook/contracts/identity.ts'
import type { Asked, Reply } from './fake-services.ts'
import { idOf, minutesAgo } from './sample-blog.ts'

export const ada = { id: idOf(400), name: 'Ada', email: 'ada@blog.example', role: 'owner' as Role }
const password = 'the right password'

const problem = (status: number, code: string, more = {}): Reply => ({
  status,
  body: { type: 'about:blank', title: code, status, code, ...more },
})

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

const receipt = {
  id: idOf(401),
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

/** Accounts, as its contract says, with one person in it. */
const linuxChrome =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'

export const createFakeAccounts = () => {
  const tokens: Record<string, unknown>[] = []
  const invitations: Record<string, unknown>[] = []
  let isSetUp = true
  let mail = true
  let picture: string | null = null
  const waiting = new Map([
    [
      idOf(403),
      {
        ...personOf({ id: idOf(403), name: 'Cy', email: 'cy@blog.example', role: 'reader' }),
        emailVerified: false,
      },
    ],
  ])

  const lists: Readonly<Record<string, () => unknown>> = {
    '/sign-in-options': () => ({ password: true, passkeys: true, social: ['github'], signUp: 'open', mail }),
    '/setup': () => ({ open: !isSetUp }),
    '/me': () => ({ ...personOf(ada), picture, hasPassword: true, social: [], passkeys: 0 }),
    '/sessions': () => [
      {
        id: 's1',
        createdAt: minutesAgo(5),
        expiresAt: minutesAgo(-500),
        ipAddress: '::1',
        userAgent: linuxChrome,
        current: true,
      },
      {
        id: 's2',
        createdAt: minutesAgo(900),
        expiresAt: minutesAgo(-500),
        ipAddress: null,
        userAgent: null,
        current: false,
      },
    ],
    '/tokens': () => tokens,
    '/auth/passkey/list-user-passkeys': () => [],
    '/people': () => [
      personOf(ada),
      personOf({ id: idOf(402), name: 'Ben', email: 'ben@blog.example', role: 'reader' }),
    ],
    '/invitations': () => invitations,
    '/erasures': () => [receipt],
    [`/erasures/${receipt.id}`]: () => receipt,
  }

  const signIn = (body: Asked['body']): Reply => {
    if (body.email === 'cy@blog.example')
      return problem(403, 'forbidden', {
        detail: 'This address is not confirmed yet.',
        reason: 'address-not-confirmed',
      })
    return body.email === ada.email && body.password === password
      ? {
          headers: { 'Set-Cookie': `${sessionOf('owner')}; Path=/; HttpOnly` },
          body: { person: personOf(ada) },
        }
      : problem(401, 'unauthenticated', { detail: 'The address or the password is wrong.' })
  }

  const confirm = (token: string): Reply => {
    if (token === 'signed-out') return problem(401, 'unauthenticated')
    if (token === 'spent')
      return problem(422, 'invalid', { errors: [{ path: 'token', message: 'is not valid, or no longer' }] })
    return token === 'kept'
      ? { body: { of: 'new-account', signedIn: false } }
      : {
          headers: { 'Set-Cookie': `${sessionOf('reader')}; Path=/; HttpOnly` },
          body: { of: 'new-account', signedIn: true },
        }
  }

  const command = ({ method, url: { pathname }, body }: Asked): Reply => {
    switch (`${method} ${pathname}`) {
      case 'POST /auth/sign-in/email':
        return signIn(body)
      case 'POST /auth/sign-up/email':
        return String(body.password).length < 10
          ? problem(422, 'invalid', {
              errors: [{ path: 'password', message: 'must be at least 10 characters' }],
            })
          : { body: { status: 'check-your-mail' } }
      case 'POST /auth/sign-out':
      case 'POST /auth/sign-out-everywhere':
        return { status: 204, headers: { 'Set-Cookie': 'session=; Path=/; Max-Age=0' } }
      case 'POST /auth/change-email':
        return body.currentPassword === password
          ? { body: { status: 'check-your-mail' } }
          : problem(422, 'invalid', {
              errors: [{ path: 'currentPassword', message: 'is not your password' }],
            })
      case 'POST /auth/verify-email':
        return confirm(String(body.token))
      case `PATCH /people/${idOf(403)}`: {
        waiting.delete(idOf(403))
        return { body: personOf(ada) }
      }
      case `POST /people/${idOf(402)}/password-link`:
        return {
          status: 201,
          body: { link: 'http://blog.example/reset-password?token=handed', expiresAt: minutesAgo(-60) },
        }
      case 'POST /auth/reset-password':
        return problem(422, 'invalid', { errors: [{ path: 'token', message: 'is not valid, or no longer' }] })
      case 'POST /auth/change-password':
        return { status: 204, headers: { 'Set-Cookie': `${sessionOf('owner')}; Path=/` } }
      case 'POST /auth/request-password-reset':
        return { body: { status: 'check-your-mail' } }
      case 'POST /auth/sign-in/social':
        return { body: { url: 'https://github.example/authorize' } }
      case 'POST /setup':
        if (body.token === 'wrong')
          return problem(403, 'forbidden', { detail: 'Open the link that the start of this blog printed.' })
        isSetUp = true
        return {
          status: 201,
          headers: { 'Set-Cookie': `${sessionOf('owner')}; Path=/` },
          body: { person: personOf(ada) },
        }
      case 'POST /invitations/look':
        return body.token === 'good'
          ? { body: { email: 'cy@blog.example', role: 'author', expiresAt: minutesAgo(-90), known: false } }
          : problem(404, 'not-found')
      case 'POST /invitations': {
        const invitation = { id: randomUUID(), ...body, createdAt: minutesAgo(0), expiresAt: minutesAgo(-90) }
        invitations.push(invitation)
        return { status: 201, body: { ...invitation, link: 'http://blog.example/invitation?token=good' } }
      }
      case 'POST /tokens': {
        const token = {
          id: randomUUID(),
          scopes: null,
          ...body,
          createdAt: minutesAgo(0),
          expiresAt: minutesAgo(-90),
          lastUsedAt: null,
        }
        tokens.push(token)
        return { status: 201, body: { ...token, token: 'lb_shown_once' } }
      }
      case 'PATCH /me':
        if (body.picture !== undefined) picture = body.picture as string | null
        return { body: personOf({ ...ada, name: String(body.name) }) }
      case `PATCH /people/${ada.id}`:
        return problem(409, 'conflict', { detail: 'A blog needs an owner.' })
      case `DELETE /people/${ada.id}`:
        return { status: 202, headers: { 'Set-Cookie': 'session=; Path=/; Max-Age=0' }, body: { id: ada.id } }
      default:
        return problem(404, 'not-found')
    }
  }

  return {
    reply: (asked: Asked): Reply => {
      const list = lists[asked.url.pathname]
      if (asked.url.pathname === '/me' && asked.headers.authorization === operatorToken)
        return problem(404, 'not-found')
      if (asked.method !== 'GET' || list === undefined) return command(asked)
      if (asked.url.searchParams.get('confirmed') === 'false') return { body: [...waiting.values()] }
      return { body: list() }
    },
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
