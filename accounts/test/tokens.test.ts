import { fixedClock } from '@logbook/chassis/testing/deterministic.ts'
import { tokenScopes } from '@logbook/contracts/token-scopes.ts'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { limits } from '../src/limits.ts'
import { type Booted, boot, cookieOf, password, tokenOf, tokens } from './boot.ts'

let accounts: Booted
let clock: ReturnType<typeof fixedClock>
beforeEach(async () => {
  // Sessions end by the system's own clock, which better-auth looks at: this one begins beside it.
  clock = fixedClock(new Date().toISOString())
  accounts = await boot({ clock })
})
afterEach(() => accounts.close())

const later = (minutes: number) => clock.set(new Date(clock.now().getTime() + minutes * 60_000).toISOString())
const by = (token: string) => accounts.exchange({ authorization: `Bearer ${token}` })

describe('an API token', () => {
  it('an API token is shown once, has scopes and the role of its person, and can be revoked', async () => {
    const owner = await accounts.makeOwner()
    const made = await accounts.ask('POST', '/tokens', {
      as: owner.jwt,
      body: { name: 'deploy', scopes: ['posts', 'comments', 'posts'], days: 7 },
    })
    expect(made.status).toBe(201)
    expect(made.body.token).toMatch(/^lb_[\w-]{43}$/)
    const { body } = await by(made.body.token)
    expect(body.caller).toEqual({
      ...body.caller,
      role: 'owner',
      id: owner.id,
      scopes: ['comments', 'posts'],
    })
    expect(decodeJwt(body.token)).toMatchObject({ sub: owner.id, scopes: ['comments', 'posts'] })
    const [listed] = (await accounts.ask('GET', '/tokens', { as: owner.jwt })).body
    expect(listed).toMatchObject({ name: 'deploy', lastUsedAt: clock.now().toISOString() })
    expect(JSON.stringify(listed)).not.toContain(made.body.token.slice(3))
    expect((await accounts.ask('DELETE', `/tokens/${listed.id}`, { as: owner.jwt })).status).toBe(204)
    expect((await by(made.body.token)).status).toBe(401)
  })

  it('an API token expires', async () => {
    const { jwt } = await accounts.makeOwner()
    const { body } = await accounts.ask('POST', '/tokens', { as: jwt, body: { name: 'short', days: 1 } })
    later(24 * 60 - 1)
    expect((await by(body.token)).status).toBe(200)
    later(1)
    expect((await by(body.token)).status).toBe(401)
  })

  it('a scoped API token can’t create tokens, change roles or erase people', async () => {
    const owner = await accounts.makeOwner()
    const body = { name: 'narrow', scopes: ['accounts'] }
    const { body: made } = await accounts.ask('POST', '/tokens', { as: owner.jwt, body })
    const { body: exchanged } = await by(made.token)
    const as = exchanged.token
    expect((await accounts.ask('GET', '/me', { as })).status).toBe(200)
    const asked = [
      await accounts.ask('POST', '/tokens', { as, body: { name: 'wide' } }),
      await accounts.ask('PATCH', `/people/${owner.id}`, { as, body: { role: 'reader' } }),
      await accounts.ask('DELETE', `/people/${owner.id}`, { as }),
      await accounts.ask('POST', '/invitations', { as, body: { email: 'x@example.org', role: 'owner' } }),
    ]
    expect(asked.map(({ status }) => status)).toEqual([403, 403, 403, 403])
  })

  it('an API token for an unknown service is refused with the names of the known ones', async () => {
    const owner = await accounts.makeOwner()
    const wanted = { name: 'ci', scopes: ['posts', 'nothing'] }
    for (const { status, body } of [
      await accounts.ask('POST', '/tokens', { as: owner.jwt, body: wanted }),
      await accounts.ask('POST', '/operator/tokens', {
        as: tokens.operator,
        body: { ...wanted, role: 'author' },
      }),
    ]) {
      expect([status, body.errors[0].path]).toEqual([422, 'scopes.1'])
      expect(body.detail).toContain(`must be ${tokenScopes.join(', ')}, or all`)
    }
  })

  it('the operator creates a token for no person, with a role of its own', async () => {
    const made = await accounts.ask('POST', '/operator/tokens', {
      as: tokens.operator,
      body: { name: 'ci', role: 'author', scopes: ['posts'] },
    })
    expect(made.body).toMatchObject({ name: 'ci', role: 'author', scopes: ['posts'] })
    const { body } = await by(made.body.token)
    expect(body.caller).toEqual({
      kind: 'person',
      id: made.body.id,
      role: 'author',
      name: 'ci',
      scopes: ['posts'],
    })
    const owner = await accounts.makeOwner()
    const gone = await accounts.ask('DELETE', `/operator/tokens/${made.body.id}`, { as: owner.jwt })
    expect(gone.status).toBe(204)
    expect((await by(made.body.token)).status).toBe(401)
  })

  it.each(['Bearer lb_nonsense', 'Bearer nonsense', 'Basic eDp5', 'lb_x', ''])(
    'an invalid token (%j) is refused, not treated as anonymous',
    async (authorization) => {
      expect((await accounts.exchange({ authorization })).status).toBe(401)
    },
  )
})

describe('a guest', () => {
  it('a guest is recognised by a signed cookie', async () => {
    expect((await accounts.exchange({})).body).toMatchObject({ token: null, caller: { kind: 'nobody' } })
    const first = await accounts.exchange({ guest: true })
    const cookie = cookieOf(first.body.setCookie)
    expect(decodeJwt(first.body.token)).toMatchObject({ kind: 'guest', sub: first.body.caller.id })
    const again = await accounts.exchange({ cookie, guest: true })
    expect(again.body).toMatchObject({ caller: { kind: 'guest', id: first.body.caller.id }, setCookie: [] })
    const [id = '', signature = ''] = cookie.replace('logbook_guest=', '').split('.')
    for (const forged of [
      id,
      `${id}.`,
      `${id}.${signature.slice(1)}`,
      `${id.replace(/.$/, '0')}1.${signature}`,
    ])
      expect((await accounts.exchange({ cookie: `logbook_guest=${forged}` })).body.caller.kind).toBe('nobody')
  })
})

describe('signing keys', () => {
  it('signing keys rotate, each published before its first and until its last token', async () => {
    const kids = async () =>
      (await accounts.ask('GET', '/.well-known/jwks.json')).body.keys.map(({ kid }: { kid: string }) => kid)
    const kidNow = async () =>
      decodeProtectedHeader((await accounts.exchange({ guest: true })).body.token).kid
    const restart = async () => {
      await accounts.stop()
      accounts = await boot({ folder: accounts.folder, bus: accounts.bus, clock })
    }
    const [first] = await kids()
    expect(await kidNow()).toBe(first)
    later(limits.signingKeyDaysMax * 24 * 60 + 1)
    await restart()
    const both = await kids()
    expect(both).toHaveLength(2)
    expect(await kidNow()).toBe(first)
    later(limits.signingKeyOverlapMinutes)
    expect(await kidNow()).not.toBe(first)
    expect(await kids()).toContain(first)
    later(limits.signingKeyOverlapMinutes)
    await restart()
    expect(await kids()).toEqual(both.filter((kid: string) => kid !== first))
  })

  it('signing keys are published without their private part', async () => {
    const { body } = await accounts.ask('GET', '/.well-known/jwks.json')
    expect(Object.keys(body.keys[0]).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x'])
  })
})

describe('an invitation', () => {
  const invite = async (email: string, role: string) => {
    const owner = await accounts.makeOwner()
    const made = await accounts.ask('POST', '/invitations', { as: owner.jwt, body: { email, role } })
    return { owner, made, token: tokenOf(made.body.link) }
  }

  it('an invitation creates an account with its role, once, and signs it in', async () => {
    const { token, owner } = await invite('Ann@example.org', 'author')
    expect(accounts.mailTo('ann@example.org').text).toContain('an author')
    const look = await accounts.ask('POST', '/invitations/look', { body: { token } })
    expect(look.body).toMatchObject({ email: 'ann@example.org', role: 'author', known: false })
    const accept = () =>
      accounts.ask('POST', '/invitations/accept', { body: { token, name: 'Ann', password } })
    const [one, two] = await Promise.all([accept(), accept()])
    expect([one.status, two.status].sort()).toEqual([201, 404])
    const cookie = cookieOf([...one.cookies, ...two.cookies])
    expect((await accounts.exchange({ cookie })).body.caller).toMatchObject({ role: 'author', name: 'Ann' })
    expect((await accounts.ask('GET', '/invitations', { as: owner.jwt })).body).toEqual([])
  })

  it('an invitation gives an existing account its role once signed in, and no other account', async () => {
    const reader = await accounts.makeReader('Ines')
    const other = await accounts.makeReader('Oscar')
    const { token } = await invite(reader.email, 'moderator')
    const accept = (as?: string) => accounts.ask('POST', '/invitations/accept', { as, body: { token } })
    expect((await accept()).status).toBe(409)
    expect((await accept(other.jwt)).status).toBe(409)
    expect((await accept(reader.jwt)).body.person).toMatchObject({ id: reader.id, role: 'moderator' })
    expect((await accept(reader.jwt)).status).toBe(404)
  })

  it('an invitation ends when it is withdrawn, and after a week', async () => {
    const { token, owner, made } = await invite('late@example.org', 'reader')
    later(limits.invitationDaysMax * 24 * 60)
    expect((await accounts.ask('POST', '/invitations/look', { body: { token } })).status).toBe(404)
    // The access token of the owner has ended as well.
    const as = await accounts.jwtOf(owner.cookie)
    const next = await accounts.ask('POST', '/invitations', {
      as,
      body: { email: 'b@example.org', role: 'reader' },
    })
    expect(next.body.id).not.toBe(made.body.id)
    expect((await accounts.ask('DELETE', `/invitations/${next.body.id}`, { as })).status).toBe(204)
    const body = { token: tokenOf(next.body.link), name: 'B', password }
    expect((await accounts.ask('POST', '/invitations/accept', { body })).status).toBe(404)
  })
})

describe('open sign-up', () => {
  it('sign-up without an invitation is refused where the blog is by invitation only', async () => {
    const closed = await boot({ config: { signUp: 'invited' } })
    const body = { name: 'X', email: 'x@example.org', password }
    expect((await closed.ask('POST', '/auth/sign-up/email', { body })).status).toBe(403)
    expect((await closed.ask('GET', '/sign-in-options')).body.signUp).toBe('invited')
    await closed.close()
  })
})
