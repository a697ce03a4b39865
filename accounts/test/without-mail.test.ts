import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Booted, boot, password, tokenOf } from './boot.ts'

describe('a blog without a mail server', () => {
  let accounts: Booted
  let owner: Awaited<ReturnType<Booted['makeOwner']>>
  beforeAll(async () => {
    accounts = await boot()
    owner = await accounts.makeOwner()
  })
  afterAll(() => accounts.close())
  const asOwner = (method: string, path: string, body?: unknown) =>
    accounts.ask(method, path, { as: owner.jwt, body })
  const signUp = async (name: string) => {
    const email = `${name}@example.org`
    await accounts.ask('POST', '/auth/sign-up/email', { body: { name, email, password } })
    const { body } = await asOwner('GET', '/people?confirmed=false')
    const found = body.find((person: { email: string }) => person.email === email)
    return {
      ...found,
      signIn: () => accounts.ask('POST', '/auth/sign-in/email', { body: { email, password } }),
    }
  }

  it('a blog without a mail server says so', async () => {
    expect((await accounts.ask('GET', '/sign-in-options')).body.mail).toBe(false)
  })

  it('without a mail server the owner confirms a new account, which can then sign in', async () => {
    const cy = await signUp('cy')
    expect(cy).toMatchObject({ name: 'cy', emailVerified: false, role: 'reader' })
    expect((await cy.signIn()).body).toMatchObject({ reason: 'address-not-confirmed' })
    expect(await asOwner('PATCH', `/people/${cy.id}`, { emailVerified: true })).toMatchObject({
      status: 200,
      body: { id: cy.id, emailVerified: true, role: 'reader' },
    })
    expect((await cy.signIn()).status).toBe(200)
    expect((await asOwner('GET', '/people?confirmed=false')).body).toEqual([])
    expect((await asOwner('GET', '/people')).body.map(({ id }: { id: string }) => id)).toContain(cy.id)
  })

  it('without a mail server the owner hands over a password link, usable once, the latest only', async () => {
    const reader = await accounts.makeReader('Rita')
    const make = async () => (await asOwner('POST', `/people/${reader.id}/password-link`)).body
    const [first, second] = [await make(), await make()]
    expect(Date.parse(second.expiresAt)).toBeGreaterThan(Date.now())
    const newPassword = 'handed over in person'
    const reset = (link: string) =>
      accounts.ask('POST', '/auth/reset-password', { body: { token: tokenOf(link), newPassword } })
    expect((await reset(first.link)).status).toBe(422)
    expect((await reset(second.link)).status).toBe(204)
    expect((await reset(second.link)).status).toBe(422)
    const body = { email: reader.email, password: newPassword }
    expect((await accounts.ask('POST', '/auth/sign-in/email', { body })).status).toBe(200)
    // Sessions of the earlier password have ended.
    expect((await accounts.exchange({ cookie: reader.cookie })).body.caller.kind).not.toBe('person')
  })

  it.each([
    ['PATCH', { emailVerified: false }, 422],
    ['PATCH', {}, 422],
    ['PATCH', { emailVerified: true, more: 1 }, 422],
  ])('without a mail server %s of %j is refused', async (method, body, status) => {
    expect((await asOwner(method, `/people/${owner.id}`, body)).status).toBe(status)
  })

  it('without a mail server only owners in person confirm and hand over links, for existing accounts', async () => {
    const nobody = '01920000-0000-7000-8000-0000000000b1'
    expect((await asOwner('PATCH', `/people/${nobody}`, { emailVerified: true })).status).toBe(404)
    expect((await asOwner('POST', `/people/${nobody}/password-link`)).status).toBe(404)
    const made = await asOwner('POST', '/tokens', { name: 'script', scopes: ['posts'] })
    const byToken = (await accounts.exchange({ authorization: `Bearer ${made.body.token}` })).body.token
    const reader = await accounts.makeReader('Rob')
    for (const as of [byToken, reader.jwt])
      for (const [method, path, body] of [
        ['PATCH', `/people/${reader.id}`, { emailVerified: true }],
        ['POST', `/people/${owner.id}/password-link`, undefined],
      ] as const)
        expect((await accounts.ask(method, path, { as, body })).status).toBe(403)
  })
})

describe('a blog with a mail server', () => {
  it('with a mail server an owner can’t confirm an address', async () => {
    const smtp = { host: '127.0.0.1', port: 1, secure: false, user: undefined, password: undefined }
    const accounts = await boot({ config: { smtp } })
    const owner = await accounts.makeOwner()
    const reader = await accounts.makeReader('Rita')
    expect((await accounts.ask('GET', '/sign-in-options')).body.mail).toBe(true)
    for (const [method, path, body] of [
      ['PATCH', `/people/${reader.id}`, { emailVerified: true }],
      ['POST', `/people/${reader.id}/password-link`, undefined],
    ] as const)
      expect((await accounts.ask(method, path, { as: owner.jwt, body })).status).toBe(409)
    await accounts.close()
  })
})
