import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Booted, boot, tokens } from './boot.ts'

let accounts: Booted
beforeEach(async () => {
  accounts = await boot()
})
afterEach(() => accounts.close())

const headers = { 'Idempotency-Key': 'first-try' }

describe('an API token with an Idempotency-Key', () => {
  const make = (as: string, name = 'ci') =>
    accounts.ask('POST', '/tokens', { as, headers, body: { name, scopes: ['posts'], days: 3 } })

  it('a retry with the same Idempotency-Key gets the same token', async () => {
    const { jwt } = await accounts.makeReader('Rita')
    const first = await make(jwt)
    expect(first.status).toBe(201)
    const [second, third] = await Promise.all([make(jwt), make(jwt)])
    expect([second.status, second.body, third.body]).toEqual([201, first.body, first.body])
    expect((await accounts.ask('GET', '/tokens', { as: jwt })).body).toHaveLength(1)
    const shown = await accounts.exchange({ authorization: `Bearer ${first.body.token}` })
    expect(shown.body.caller.kind).toBe('person')
  })

  it('another key, no key, or another person gets another token', async () => {
    const [rita, otto] = [await accounts.makeReader('Rita'), await accounts.makeReader('Otto')]
    const made = [
      await make(rita.jwt),
      await make(otto.jwt),
      await accounts.ask('POST', '/tokens', { as: rita.jwt, body: { name: 'ci' } }),
      await accounts.ask('POST', '/tokens', { as: rita.jwt, body: { name: 'ci' } }),
    ]
    expect(new Set(made.map(({ body }) => body.token)).size).toBe(4)
  })

  it('an Idempotency-Key that was used for another request is refused', async () => {
    const { jwt } = await accounts.makeReader('Rita')
    await make(jwt)
    expect(await make(jwt, 'another')).toMatchObject({ status: 409, body: { code: 'id-conflict' } })
    expect((await accounts.ask('GET', '/tokens', { as: jwt })).body).toHaveLength(1)
  })

  it('a retry after the token was revoked does not create it again', async () => {
    const { jwt } = await accounts.makeReader('Rita')
    const { body } = await make(jwt)
    await accounts.ask('DELETE', `/tokens/${body.id}`, { as: jwt })
    expect(await make(jwt)).toMatchObject({ status: 409, body: { code: 'conflict' } })
    expect((await accounts.ask('GET', '/tokens', { as: jwt })).body).toEqual([])
  })

  it('a retry gets the same token after a restart', async () => {
    const { jwt, cookie } = await accounts.makeReader('Rita')
    const first = await make(jwt)
    await accounts.stop()
    accounts = await boot({ folder: accounts.folder, bus: accounts.bus })
    expect((await make(await accounts.jwtOf(cookie))).body).toEqual(first.body)
  })

  it('a retry of the operator gets the same token', async () => {
    const asked = { as: tokens.operator, headers, body: { name: 'ci', role: 'author' } }
    const first = await accounts.ask('POST', '/operator/tokens', asked)
    expect(first).toMatchObject({ status: 201, body: { role: 'author' } })
    expect((await accounts.ask('POST', '/operator/tokens', asked)).body).toEqual(first.body)
    expect((await accounts.ask('GET', '/operator/tokens', { as: tokens.operator })).body).toHaveLength(1)
  })
})

describe('an invitation with an Idempotency-Key', () => {
  const invite = (as: string, email: string) =>
    accounts.ask('POST', '/invitations', { as, headers, body: { email, role: 'author' } })

  it('a retried invitation is one invitation and one mail with one link, which works', async () => {
    const { jwt } = await accounts.makeOwner()
    const first = await invite(jwt, 'ben@example.org')
    const second = await invite(jwt, 'ben@example.org')
    expect([second.status, second.body]).toEqual([201, first.body])
    expect(accounts.sent.filter(({ to }) => to === 'ben@example.org')).toHaveLength(1)
    const token = new URL(first.body.link).searchParams.get('token')
    expect((await accounts.ask('POST', '/invitations/look', { body: { token } })).status).toBe(200)
  })

  it('a retried invitation is refused for another address and once it was withdrawn', async () => {
    const { jwt } = await accounts.makeOwner()
    const { body } = await invite(jwt, 'ben@example.org')
    expect((await invite(jwt, 'bea@example.org')).body.code).toBe('id-conflict')
    await accounts.ask('DELETE', `/invitations/${body.id}`, { as: jwt })
    expect(await invite(jwt, 'ben@example.org')).toMatchObject({ status: 409, body: { code: 'conflict' } })
    expect(accounts.sent.filter(({ to }) => to.startsWith('be'))).toHaveLength(1)
  })
})
