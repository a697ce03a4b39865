import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Booted, boot, cookieOf, password, tokenOf } from './boot.ts'
import { type Profile, providerKeys, providerSecrets, startProvider } from './fake-provider.ts'

type Provider = 'github' | 'google'

let site: Awaited<ReturnType<typeof startProvider>>
let accounts: Booted
const config = { social: { github: providerKeys, google: providerKeys } }
beforeAll(async () => {
  site = await startProvider()
  accounts = await boot({ config })
})
afterAll(async () => {
  await accounts.close()
  await site.close()
})

let networks = 0
const begin = async (provider: Provider = 'github', at = accounts) => {
  const body = { provider, callbackURL: '/posts/x' }
  const headers = { 'X-Forwarded-For': `192.0.2.${++networks % 256}` }
  const { status, body: answer, cookies } = await at.ask('POST', '/auth/sign-in/social', { body, headers })
  expect(status).toBe(200)
  return { url: String(answer.url), cookie: cookieOf(cookies) }
}
const comeBack = async (
  query: URLSearchParams,
  cookie: string,
  provider: Provider = 'github',
  at = accounts,
) => {
  const headers = { 'X-Forwarded-For': `192.0.2.${++networks % 256}` }
  const answer = await at.ask('GET', `/auth/callback/${provider}?${query}`, { cookie, headers })
  expect(answer.status).toBe(302)
  const session = answer.cookies.filter((each) => each.startsWith('logbook.session_token='))
  return { to: new URL(answer.headers.get('Location') ?? ''), cookie: cookieOf(session) }
}
const signIn = async (profile: Profile, provider: Provider = 'github', at = accounts) => {
  const { url, cookie } = await begin(provider, at)
  return comeBack(site.grant(url, profile), cookie, provider, at)
}
const meOf = async (cookie: string) =>
  (await accounts.ask('GET', '/me', { as: await accounts.jwtOf(cookie) })).body
const errorOf = ({ to }: { to: URL }) => [to.origin, to.pathname, to.searchParams.get('error')]
const refused = (error: string) => ['http://blog.test', '/sign-in', error]

describe.each(['github', 'google'] as const)('signing in with %s', (provider) => {
  const gina = { id: `1-${provider}`, email: `gina@${provider}.example`, isVerified: true, name: 'Gina' }

  it('a first sign-in with another site creates an account, and a second one finds it', async () => {
    const first = await signIn(gina, provider)
    expect(first.to.href).toBe('http://blog.test/posts/x')
    const me = await meOf(first.cookie)
    expect(me).toMatchObject({
      name: 'Gina',
      email: gina.email,
      role: 'reader',
      social: [provider],
      hasPassword: false,
    })
    const second = await meOf((await signIn(gina, provider)).cookie)
    expect(second.id).toBe(me.id)
  })

  it('tokens of the other site are not stored', async () => {
    await signIn(gina, provider)
    for (const name of readdirSync(accounts.folder, { recursive: true, encoding: 'utf8' })) {
      const file = join(accounts.folder, name)
      if (!statSync(file).isFile()) continue
      const bytes = readFileSync(file).toString('latin1')
      for (const secret of [...providerSecrets, 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIi'])
        expect(bytes.includes(secret), name).toBe(false)
    }
    const kept = accounts.db.prepare('SELECT * FROM account WHERE providerId = ?').get(provider)
    expect(kept).toMatchObject({ accessToken: null, refreshToken: null, idToken: null, scope: null })
  })

  it('a role that the other site sends is ignored', async () => {
    const more = { role: 'owner', roleBy: 'me', emailVerified: true, id_token: 'x' }
    const { cookie } = await signIn(
      { ...gina, id: `2-${provider}`, email: `r@${provider}.example`, more },
      provider,
    )
    expect((await meOf(cookie)).role).toBe('reader')
  })
})

describe('an existing account', () => {
  it('a confirmed address of the other site opens the existing account with that address', async () => {
    const reader = await accounts.makeReader('Linked')
    const { cookie } = await signIn({ id: '10', email: reader.email, isVerified: true })
    expect(await meOf(cookie)).toMatchObject({ id: reader.id, social: ['github'], hasPassword: true })
  })

  it.each(['github', 'google'] as const)(
    'an address that %s did not confirm does not open the existing account',
    async (provider) => {
      const reader = await accounts.makeReader(`Victim ${provider}`)
      const answer = await signIn({ id: `11-${provider}`, email: reader.email, isVerified: false }, provider)
      expect(errorOf(answer)).toEqual(refused('account_not_linked'))
      expect(answer.cookie).toBe('')
      expect((await accounts.ask('GET', '/me', { as: reader.jwt })).body.social).toEqual([])
    },
  )
})

describe('an unconfirmed address of another site', () => {
  it('an unconfirmed address of the other site is confirmed here first and opens no existing account', async () => {
    const thief = { id: '20', email: 'mine@example.org', isVerified: false, name: 'Thief' }
    const answer = await signIn(thief)
    expect(answer.cookie).toBe('')
    expect(answer.to.searchParams.get('error')).not.toBeNull()
    expect(accounts.mailTo(thief.email).subject).toBe('Confirm your address')
    // Its owner comes, is told that there is one, and sets a password: the thief's way in is gone.
    await accounts.ask('POST', '/auth/sign-up/email', { body: { name: 'Me', email: thief.email, password } })
    const token = tokenOf(accounts.mailTo(thief.email).link)
    const reset = { token, newPassword: password }
    expect((await accounts.ask('POST', '/auth/reset-password', { body: reset })).status).toBe(204)
    const again = await signIn(thief)
    expect([errorOf(again), again.cookie]).toEqual([refused('account_not_linked'), ''])
  })
})

describe('a callback', () => {
  const profile = { id: '30', email: 'eve@example.org', isVerified: true }
  const nobody = async (query: URLSearchParams, cookie: string) => {
    const answer = await comeBack(query, cookie)
    expect(answer.cookie).toBe('')
    expect(answer.to.origin).toBe('http://blog.test')
    expect(answer.to.searchParams.get('error')).not.toBeNull()
  }

  it('a callback with a wrong or used state, from another browser or with an unknown code signs no one in', async () => {
    const { url, cookie } = await begin()
    const query = site.grant(url, profile)
    const withState = (state: string | undefined) => {
      const changed = new URLSearchParams(query)
      if (state === undefined) changed.delete('state')
      else changed.set('state', state)
      return changed
    }
    await nobody(withState('another'), cookie)
    await nobody(withState(undefined), cookie)
    const other = await begin()
    await nobody(withState(new URL(other.url).searchParams.get('state') ?? ''), cookie)
    // As somebody's page would have it: my code and state in your browser.
    await nobody(query, '')
    const mine = await begin()
    const made = site.grant(mine.url, profile)
    expect((await comeBack(made, mine.cookie)).to.pathname).toBe('/posts/x')
    await nobody(made, mine.cookie)
    const third = await begin()
    const state = new URL(third.url).searchParams.get('state') ?? ''
    await nobody(new URLSearchParams({ code: 'guessed', state }), third.cookie)
  })

  it.each(['access_token', '/user'])('a failure of the other site at %s is reported', async (part) => {
    const { url, cookie } = await begin()
    const query = site.grant(url, profile)
    site.fail(part)
    await nobody(query, cookie)
    site.fail(undefined)
  })

  it('an error of the other site is shown on a page of this blog', async () => {
    const { url, cookie } = await begin()
    const state = new URL(url).searchParams.get('state') ?? ''
    const answer = await comeBack(new URLSearchParams({ error: 'access_denied', state }), cookie)
    expect(errorOf(answer)).toEqual(refused('access_denied'))
  })
})

describe('a blog by invitation only', () => {
  it('a blog that is by invitation only creates no account for a sign-in with another site', async () => {
    const closed = await boot({ config: { ...config, signUp: 'invited' } })
    const answer = await signIn({ id: '40', email: 'new@example.org', isVerified: true }, 'github', closed)
    expect([errorOf(answer), answer.cookie]).toEqual([refused('signup_disabled'), ''])
    await closed.close()
  })
})

describe('tokens of other sites', () => {
  it('tokens that an earlier version stored are deleted at the next start', async () => {
    const before = await boot({ config })
    const reader = await before.makeReader('Earlier')
    before.db
      .prepare(
        "UPDATE account SET accessToken = 'kept-by-an-earlier-version', scope = 'user' WHERE userId = ?",
      )
      .run(reader.id)
    await before.stop()
    const after = await boot({ folder: before.folder, bus: before.bus, config })
    await after.stop()
    const file = readFileSync(join(after.folder, 'accounts.sqlite'), 'latin1')
    expect(file.includes('kept-by-an-earlier')).toBe(false)
  })
})
