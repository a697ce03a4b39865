import { until } from '@logbook/chassis/testing/until.ts'
import { accessClaims } from '@logbook/contracts/identity.ts'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Booted, boot, cookieOf, password, tokenOf, tokens } from './boot.ts'

let accounts: Booted
beforeAll(async () => {
  accounts = await boot()
})
afterAll(() => accounts.close())

describe('the owner', () => {
  it('the owner is created once, by the printed link, and is signed in', async () => {
    expect((await accounts.ask('GET', '/setup')).body).toEqual({ open: true })
    const { body } = await accounts.ask('GET', '/operator/setup', { as: tokens.operator })
    const token = tokenOf(body.link)
    const given = { name: 'Olga', email: 'Olga@Example.org', password }
    expect((await accounts.ask('POST', '/setup', { body: { ...given, token: 'no' } })).status).toBe(403)
    const both = await Promise.all(
      ['olga@example.org', 'other@example.org'].map((email) =>
        accounts.ask('POST', '/setup', { body: { ...given, email, token } }),
      ),
    )
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409])
    const made = both.find(({ status }) => status === 201)
    const me = await accounts.ask('GET', '/me', { as: await accounts.jwtOf(cookieOf(made?.cookies ?? [])) })
    expect(me.body).toMatchObject({ name: 'Olga', role: 'owner', emailVerified: true, hasPassword: true })
    expect((await accounts.ask('GET', '/setup')).body).toEqual({ open: false })
    expect((await accounts.ask('POST', '/setup', { body: { ...given, token } })).status).toBe(409)
    const after = await accounts.ask('GET', '/operator/setup', { as: tokens.operator })
    expect(after.body).toEqual({ open: false, link: null })
  })
})

describe('signing up, confirming, signing in and out', () => {
  it('sign-up, confirmation and sign-in lead to a token that any service verifies by itself', async () => {
    const reader = await accounts.makeReader('Rita')
    const keys = createRemoteJWKSet(new URL(`${accounts.url}/.well-known/jwks.json`))
    const { payload } = await jwtVerify(reader.jwt, keys, {
      issuer: 'logbook/accounts',
      audience: 'logbook',
      algorithms: ['EdDSA'],
    })
    expect(accessClaims.parse(payload)).toEqual({
      kind: 'person',
      sub: reader.id,
      role: 'reader',
      name: 'Rita',
      via: (await accounts.ask('GET', '/sessions', { as: reader.jwt })).body[0].id,
    })
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(60)
    expect(JSON.stringify(payload)).not.toContain('example.org')
  })

  it('sign-in needs a confirmed address', async () => {
    const given = { email: 'slow@example.org', password }
    await accounts.ask('POST', '/auth/sign-up/email', { body: { ...given, name: 'Slow' } })
    const early = await accounts.ask('POST', '/auth/sign-in/email', { body: given })
    expect(early).toMatchObject({ status: 403, body: { code: 'forbidden', reason: 'address-not-confirmed' } })
    expect(early.cookies).toEqual([])
  })

  it('signing out ends the session everywhere', async () => {
    const { cookie } = await accounts.makeReader('Otto')
    expect((await accounts.exchange({ cookie })).body.caller.kind).toBe('person')
    const out = await accounts.ask('POST', '/auth/sign-out', { cookie })
    expect(out.status).toBe(204)
    expect((await accounts.exchange({ cookie })).body).toMatchObject({
      token: null,
      caller: { kind: 'nobody' },
      setCookie: expect.arrayContaining([expect.stringMatching(/^logbook\.session_token=;.*Max-Age=0/)]),
    })
  })

  it('a confirmed sign-up is published to the log', async () => {
    const { id } = await accounts.makeReader('Lena')
    const events = await until(async () => {
      const stream = await accounts.bus.readStream(`user-${id}`)
      return stream.length > 0 && stream
    })
    expect(events.map(({ type }) => type)).toEqual(['UserRegistered'])
    expect(events[0]?.data).toMatchObject({ id, role: 'reader', sealed: { key: id } })
    expect(JSON.stringify(events)).not.toContain('Lena')
  })
})
