import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refuseGuessable } from '../src/auth/guessable.ts'
import { type Booted, boot, password, tokenOf } from './boot.ts'

const known = { email: 'rita.meadows+blog@example.org', name: 'Rita van Meadows' }
const refuse = refuseGuessable(() => ['Marsh Letters', 'marsh.example'])

describe('a password', () => {
  it.each([
    'rita.meadows+blog@example.org',
    'RITA.MEADOWS+BLOG@EXAMPLE.ORG',
    'rita.meadows+blog',
    'Rita Meadows',
    'meadows-rita',
    'rita van meadows',
    'rita.meadows1234',
    'Meadows 2026!!!',
    'ritaritarita',
    'marsh letters',
    'MarshLetters!!',
    'marsh.example',
    'marshletters99',
    'ｒｉｔａ－ｍｅａｄｏｗｓ',
    '…rita…meadows…',
  ])('the password %j is refused as made of address, name or blog', (given) => {
    expect(() => refuse('password', given, known)).toThrow(
      expect.objectContaining({
        code: 'invalid',
        details: expect.objectContaining({ errors: expect.anything() }),
      }),
    )
  })

  it.each([
    'correct horse battery',
    'rita likes long walks',
    '1234567890',
    'letters of ink',
    '暗号は長い方がよい夜',
  ])('the password %j is accepted', (given) => {
    expect(() => refuse('password', given, known)).not.toThrow()
  })
})

describe('guessable passwords', () => {
  let accounts: Booted
  beforeAll(async () => {
    accounts = await boot({ config: { blogTitle: 'Marsh Letters' } })
  })
  afterAll(() => accounts.close())

  const refused = async (path: string, body: object, field = 'password', cookie?: string, as?: string) => {
    const answer = await accounts.ask('POST', path, { body, as, ...(cookie ? { cookie } : {}) })
    expect(answer, path).toMatchObject({ status: 422, body: { errors: [{ path: field }] } })
  }

  it('a guessable password is refused, and the link stays valid for another one', async () => {
    const { body: open } = await accounts.ask('GET', '/operator/setup', {
      as: 'token-of-the-operator-in-tests',
    })
    const setup = { token: tokenOf(open.link), name: 'Olga Reed', email: 'olga@example.org' }
    await refused('/setup', { ...setup, password: 'olga@example.org' })
    await refused('/setup', { ...setup, password: 'marsh letters' })
    await refused('/auth/sign-up/email', {
      name: 'Sven',
      email: 'sven.s@example.org',
      password: 'sven.s1234',
    })

    const owner = await accounts.makeOwner('Olga')
    const email = 'ingo.inge@example.org'
    const made = await accounts.ask('POST', '/invitations', {
      as: owner.jwt,
      body: { email, role: 'author' },
    })
    const accept = { token: tokenOf(made.body.link), name: 'Ingo' }
    await refused('/invitations/accept', { ...accept, password: 'ingo.inge@example.org' })
    expect(
      (await accounts.ask('POST', '/invitations/accept', { body: { ...accept, password } })).status,
    ).toBe(201)

    const change = { currentPassword: password, newPassword: 'olga@example.org' }
    await refused('/auth/change-password', change, 'newPassword', owner.cookie, owner.jwt)

    await accounts.ask('POST', '/auth/request-password-reset', { body: { email } })
    const token = tokenOf(accounts.mailTo(email).link)
    await refused('/auth/reset-password', { token, newPassword: 'IngoInge!!' }, 'newPassword')
    const reset = await accounts.ask('POST', '/auth/reset-password', {
      body: { token, newPassword: `${password}s` },
    })
    expect(reset.status).toBe(204)
  })
})
