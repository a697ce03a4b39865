import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Booted, boot, password, tokenOf } from './boot.ts'

let accounts: Booted
beforeAll(async () => {
  accounts = await boot()
})
afterAll(() => accounts.close())

const newPassword = 'another long password'

/** Someone with an API token and a passkey, as a thief of the password may have made them. */
const withWaysIn = async (name: string) => {
  const person = await accounts.makeReader(name)
  const made = await accounts.ask('POST', '/tokens', { as: person.jwt, body: { name: 'script' } })
  accounts.db
    .prepare(
      `INSERT INTO passkey (id, publicKey, userId, credentialID, counter, deviceType, backedUp)
         VALUES (?, 'key', ?, ?, 0, 'singleDevice', 0)`,
    )
    .run(`passkey of ${name}`, person.id, `credential of ${name}`)
  const ways = async () => ({
    byToken: (await accounts.exchange({ authorization: `Bearer ${made.body.token}` })).status,
    passkeys: accounts.db.prepare('SELECT count(*) FROM passkey WHERE userId = ?').pluck().get(person.id),
  })
  return { ...person, ways }
}

const resetLink = async (email: string) => {
  await accounts.ask('POST', '/auth/request-password-reset', { body: { email } })
  return tokenOf(accounts.mailTo(email).link)
}
const reset = (token: string) =>
  accounts.ask('POST', '/auth/reset-password', { body: { token, newPassword } })
const change = (person: { cookie: string; jwt: string }, more: object) =>
  accounts.ask('POST', '/auth/change-password', {
    as: person.jwt,
    cookie: person.cookie,
    body: { currentPassword: password, newPassword, ...more },
  })

describe('API tokens and passkeys', () => {
  it('a password reset by mail revokes the API tokens and passkeys of that person only', async () => {
    const [person, other] = [await withWaysIn('Petra'), await withWaysIn('Otto')]
    expect((await reset(await resetLink(person.email))).status).toBe(204)
    expect(await person.ways()).toEqual({ byToken: 401, passkeys: 0 })
    expect(await other.ways()).toEqual({ byToken: 200, passkeys: 1 })
    expect(accounts.mailTo(person.email).text).toContain('API tokens and passkeys were revoked')
    expect((await accounts.exchange({ cookie: person.cookie })).body.token).toBeNull()
  })

  it('a password change revokes API tokens and passkeys only when asked to', async () => {
    const [keeps, revokes] = [await withWaysIn('Kim'), await withWaysIn('Rune')]
    expect((await change(keeps, {})).status).toBe(204)
    expect(await keeps.ways()).toEqual({ byToken: 200, passkeys: 1 })
    expect((await change(revokes, { revokeWaysIn: true, currentPassword: 'not the password' })).status).toBe(
      422,
    )
    expect(await revokes.ways()).toEqual({ byToken: 200, passkeys: 1 })
    expect((await change(revokes, { revokeWaysIn: true })).status).toBe(204)
    expect(await revokes.ways()).toEqual({ byToken: 401, passkeys: 0 })
  })
})

describe('signing out everywhere', () => {
  const signOutEverywhere = (person: { jwt: string; cookie: string }, body: object) =>
    accounts.ask('POST', '/auth/sign-out-everywhere', { as: person.jwt, cookie: person.cookie, body })
  const isSignedIn = async ({ cookie }: { cookie: string }) =>
    (await accounts.exchange({ cookie })).body.token !== null

  it('signing out everywhere needs no password and ends only the person’s own sessions and tokens', async () => {
    const [person, other] = [await withWaysIn('Svea'), await withWaysIn('Tove')]
    // As of an account that was made by a passkey or another site.
    accounts.db.prepare("DELETE FROM account WHERE userId = ? AND providerId = 'credential'").run(person.id)
    const link = await resetLink(person.email)
    const answer = await signOutEverywhere(person, {})
    expect(answer.status).toBe(204)
    expect(answer.headers.getSetCookie().join()).toMatch(/Max-Age=0/)
    expect(await person.ways()).toEqual({ byToken: 401, passkeys: 1 })
    expect([await isSignedIn(person), await isSignedIn(other)]).toEqual([false, true])
    expect(await other.ways()).toEqual({ byToken: 200, passkeys: 1 })
    expect((await reset(link)).status).toBe(422)
    // The access token of that session is over as well.
    expect((await accounts.ask('GET', '/me', { as: person.jwt })).status).toBe(401)
  })

  it('signing out everywhere removes passkeys when asked to, and is refused to a scoped API token', async () => {
    const person = await withWaysIn('Ylva')
    const made = await accounts.ask('POST', '/tokens', {
      as: person.jwt,
      body: { name: 'posts alone', scopes: ['posts'] },
    })
    const { body } = await accounts.exchange({ authorization: `Bearer ${made.body.token}` })
    expect((await signOutEverywhere({ jwt: body.token, cookie: '' }, { passkeys: true })).status).toBe(403)
    expect(await person.ways()).toEqual({ byToken: 200, passkeys: 1 })
    expect((await signOutEverywhere(person, { passkeys: true })).status).toBe(204)
    expect(await person.ways()).toEqual({ byToken: 401, passkeys: 0 })
  })
})

describe('reset links', () => {
  it('reset links are revoked once one was used or the password was changed', async () => {
    const person = await withWaysIn('Lina')
    const [first, second] = [await resetLink(person.email), await resetLink(person.email)]
    expect((await reset(second)).status).toBe(204)
    expect((await reset(first)).status).toBe(422)
    const other = await withWaysIn('Mats')
    const link = await resetLink(other.email)
    expect((await change(other, {})).status).toBe(204)
    expect((await reset(link)).status).toBe(422)
  })
})
