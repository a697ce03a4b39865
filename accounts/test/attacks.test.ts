import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type Booted, boot, cookieOf, password, tokens } from './boot.ts'

let accounts: Booted
beforeAll(async () => {
  accounts = await boot()
})
afterAll(() => accounts.close())

const signIn = (body: object, asked = {}) => accounts.ask('POST', '/auth/sign-in/email', { body, ...asked })

describe('sessions', () => {
  it('a session gets a new id at every sign-in, whatever cookie the browser sent', async () => {
    const { email, cookie } = await accounts.makeReader('Fixa')
    const again = await signIn({ email, password }, { cookie })
    expect(again.status).toBe(200)
    expect(cookieOf(again.cookies)).not.toBe(cookie)
    const planted = await signIn({ email, password }, { cookie: 'logbook.session_token=planted.by-someone' })
    expect(cookieOf(planted.cookies)).not.toContain('planted')
  })

  it('session cookies are HttpOnly, and Secure where the blog is reached by https', async () => {
    const { email } = await accounts.makeReader('Cora')
    const [cookie = ''] = (await signIn({ email, password })).cookies
    expect(cookie).toMatch(/HttpOnly/i)
    expect(cookie).toMatch(/SameSite=Lax/i)
    expect(cookie).not.toMatch(/Secure/i)
    const safe = await boot({ config: { publicUrl: 'https://blog.test' } })
    const owner = await safe.makeOwner()
    const answer = await safe.ask('POST', '/auth/sign-in/email', { body: { email: owner.email, password } })
    expect(answer.cookies[0]).toMatch(/^__Secure-.*; Secure/i)
    const guest = await safe.exchange({ guest: true })
    expect(guest.body.setCookie[0]).toMatch(/HttpOnly; Secure; SameSite=Lax/)
    await safe.close()
  })

  it('no answer but the cookie contains the token of a session', async () => {
    const { email, cookie, jwt } = await accounts.makeReader('Tilda')
    const secret = decodeURIComponent(cookie.split('=')[1] ?? '').split('.')[0] ?? ''
    expect(secret.length).toBeGreaterThan(20)
    const answers = [
      await signIn({ email, password }),
      await accounts.ask('GET', '/sessions', { as: jwt, cookie }),
      await accounts.ask('GET', '/me', { as: jwt, cookie }),
    ]
    expect(JSON.stringify(answers.map(({ body }) => body))).not.toContain(secret)
    expect(JSON.stringify(answers[0]?.body)).not.toContain('token')
  })

  it('a password reset ends all sessions', async () => {
    const { email, cookie } = await accounts.makeReader('Nora')
    await accounts.ask('POST', '/auth/request-password-reset', { body: { email } })
    const token = new URL(accounts.mailTo(email).link ?? '').searchParams.get('token')
    const newPassword = 'another long password'
    const reset = () => accounts.ask('POST', '/auth/reset-password', { body: { token, newPassword } })
    expect((await reset()).status).toBe(204)
    expect((await reset()).status).toBe(422)
    expect((await accounts.exchange({ cookie })).body.token).toBeNull()
    expect((await signIn({ email, password })).status).toBe(401)
    expect((await signIn({ email, password: newPassword })).status).toBe(200)
  })
})

describe('an open redirect', () => {
  const elsewhere = [
    'https://evil.test/',
    '//evil.test',
    '/\\evil.test',
    '/%5cevil.test',
    'javascript:alert(1)',
    'http://blog.test@evil.test/',
    '/a\r\nSet-Cookie: a=b',
    '\\\\evil.test',
  ]

  it.each(elsewhere)('no redirect leads to another site with %j', async (callbackURL) => {
    const query = new URLSearchParams({ token: 'x', callbackURL })
    const followed = await accounts.ask('GET', `/auth/verify-email?${query}`)
    const location = followed.headers.get('Location')
    if (location !== null) expect(new URL(location).origin).toBe('http://blog.test')
    const social = await accounts.ask('POST', '/auth/sign-in/social', {
      body: { provider: 'github', callbackURL },
    })
    expect(social.status).toBe(422)
  })
})

describe('enumeration of accounts', () => {
  const shape = ({ status, body, headers, cookies }: Awaited<ReturnType<typeof signIn>>) => ({
    status,
    body,
    cookies,
    headers: [...headers.keys()].filter((name) => name !== 'x-request-id').sort(),
  })

  it('no answer shows whether an address has an account', async () => {
    const { email } = await accounts.makeReader('Enya')
    const unknown = 'nobody@example.org'
    const pairs = [
      ['/auth/sign-in/email', { password: 'a wrong password' }],
      ['/auth/request-password-reset', {}],
      ['/auth/send-verification-email', {}],
      ['/auth/sign-up/email', { name: 'X', password }],
    ] as const
    for (const [path, rest] of pairs) {
      const [known, other] = await Promise.all(
        [email, path.includes('sign-up') ? 'new@example.org' : unknown].map((address) =>
          accounts.ask('POST', path, { body: { email: address, ...rest } }),
        ),
      )
      expect(known && shape(known), path).toEqual(other && shape(other))
    }
  })

  it('the time of an answer does not show whether an address has an account', async () => {
    const unhurried = await boot({ uniformAnswerMsMin: undefined })
    onTestFinished(() => unhurried.close())
    const { email } = await unhurried.makeReader('Timea')
    for (const path of ['/auth/request-password-reset', '/auth/send-verification-email'])
      for (const address of [email, 'no-one@example.org']) {
        const begun = performance.now()
        await unhurried.ask('POST', path, { body: { email: address } })
        expect(performance.now() - begun, path).toBeGreaterThanOrEqual(395)
      }
  })

  it('a sign-up with a known address is mailed to that address only', async () => {
    const { email } = await accounts.makeReader('Ella')
    await accounts.ask('POST', '/auth/sign-up/email', { body: { name: 'Other', email, password } })
    const mail = accounts.mailTo(email)
    expect(mail.subject).toBe('You already have an account')
    expect(mail.text).not.toContain('Other')
  })
})

describe('an account begun with an address of another', () => {
  it('an account that someone else began with an address belongs to the owner of the address', async () => {
    const email = 'mine@example.org'
    await accounts.ask('POST', '/auth/sign-up/email', {
      body: { name: 'Thief', email, password: 'theirs theirs' },
    })
    await accounts.ask('POST', '/auth/sign-up/email', { body: { name: 'Me', email, password } })
    const token = new URL(accounts.mailTo(email).link ?? '').searchParams.get('token')
    await accounts.ask('POST', '/auth/reset-password', { body: { token, newPassword: password } })
    expect((await signIn({ email, password: 'theirs theirs' })).status).toBe(401)
    expect((await signIn({ email, password })).status).toBe(200)
  })
})

describe('mass assignment', () => {
  it.each([{ role: 'owner' }, { emailVerified: true }, { id: 'x' }, { roleBy: 'x' }, { image: 'http://x' }])(
    'a sign-up refuses the extra field %j',
    async (extra) => {
      const body = { name: 'M', email: 'mass@example.org', password, ...extra }
      const { status, body: problem } = await accounts.ask('POST', '/auth/sign-up/email', { body })
      expect(status).toBe(422)
      expect(problem.errors[0].path).toBe(Object.keys(extra)[0])
    },
  )

  it('renaming an account refuses other fields', async () => {
    const { jwt } = await accounts.makeReader('Mia')
    const changed = await accounts.ask('PATCH', '/me', { as: jwt, body: { name: 'Mia', role: 'owner' } })
    expect(changed.status).toBe(422)
    expect((await accounts.ask('GET', '/me', { as: jwt })).body.role).toBe('reader')
  })
})

describe('a page of another site', () => {
  it.each([
    { Origin: 'https://evil.test' },
    { Origin: 'null' },
    { Origin: 'http://blog.test.evil.test' },
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
  ] as Record<string, string>[])('a page of another site can command nothing with %j', async (headers) => {
    const { email, cookie, jwt } = await accounts.makeReader(`Csrf${Math.random().toString(36).slice(2, 8)}`)
    const asked = [
      await signIn({ email, password }, { headers }),
      await accounts.ask('POST', '/auth/sign-out', { headers, cookie }),
      await accounts.ask('PATCH', '/me', { headers, as: jwt, body: { name: 'Owned' } }),
      await accounts.ask('POST', '/auth/change-password', {
        headers,
        as: jwt,
        cookie,
        body: { currentPassword: password, newPassword: 'owned by someone' },
      }),
    ]
    expect(asked.map(({ status }) => status)).toEqual([403, 403, 403, 403])
    expect((await accounts.exchange({ cookie })).body.caller.name).toContain('Csrf')
  })

  it('a page of another site can read nothing', async () => {
    const { headers } = await accounts.ask('GET', '/sign-in-options', {
      headers: { Origin: 'https://evil.test' },
    })
    expect(headers.get('Access-Control-Allow-Origin')).toBeNull()
  })
})

describe('a body that nests without end', () => {
  it.each(['/auth/sign-up/email', '/auth/sign-in/email', '/auth/reset-password', '/setup', '/exchange'])(
    'a deeply nested body is refused at %s',
    async (path) => {
      const bomb = `{"email":${'['.repeat(1_000)}${']'.repeat(1_000)}}`
      const answer = await accounts.ask('POST', path, {
        body: bomb,
        ...(path === '/exchange' ? { as: tokens.gateway } : {}),
      })
      expect([answer.status, answer.body.code]).toEqual([400, 'bad-json'])
      expect((await accounts.ask('GET', '/health/live')).status).toBe(200)
    },
  )
})

describe('ids of other people', () => {
  it('the id of another person’s session, token or data neither shows nor changes it', async () => {
    const mine = await accounts.makeReader('Idora')
    const theirs = await accounts.makeReader('Idris')
    const made = await accounts.ask('POST', '/tokens', { as: theirs.jwt, body: { name: 'ci' } })
    const [session] = (await accounts.ask('GET', '/sessions', { as: theirs.jwt })).body
    const asked = await Promise.all([
      accounts.ask('DELETE', `/tokens/${made.body.id}`, { as: mine.jwt }),
      accounts.ask('DELETE', `/sessions/${session.id}`, { as: mine.jwt }),
      accounts.ask('GET', `/people/${theirs.id}/data`, { as: mine.jwt }),
      accounts.ask('DELETE', `/people/${theirs.id}`, { as: mine.jwt }),
      accounts.ask('PATCH', `/people/${theirs.id}`, { as: mine.jwt, body: { role: 'author' } }),
    ])
    expect(asked.map(({ status }) => status)).toEqual([404, 404, 403, 403, 403])
    expect((await accounts.ask('GET', '/tokens', { as: mine.jwt })).body).toEqual([])
    expect((await accounts.exchange({ authorization: `Bearer ${made.body.token}` })).status).toBe(200)
  })
})

describe('other routes of better-auth', () => {
  it.each([
    ['POST', '/auth/update-user'],
    ['POST', '/auth/delete-user'],
    ['GET', '/auth/get-session'],
    ['GET', '/auth/list-sessions'],
    ['POST', '/auth/link-social'],
    ['GET', '/auth/error'],
    ['GET', '/auth/reset-password/x'],
    ['POST', '/auth/sign-in/email/sign-up'],
  ])('%s %s of better-auth is not served', async (method, path) => {
    const { cookie, jwt } = await accounts.makeReader(`Gone${Math.random().toString(36).slice(2, 8)}`)
    const answer = await accounts.ask(method, path, {
      cookie,
      as: jwt,
      ...(method === 'POST' ? { body: {} } : {}),
    })
    expect(answer.status).toBe(404)
    expect(answer.body.code).toBe('not-found')
  })
})

describe('endpoints of services', () => {
  it('only the services that may do so exchange credentials and get keys', async () => {
    const { jwt } = await accounts.makeReader('Eve')
    const id = '01920000-0000-7000-8000-0000000000b1'
    const asked = await Promise.all([
      accounts.ask('POST', '/exchange', { body: {} }),
      accounts.ask('POST', '/exchange', { as: tokens.comments, body: {} }),
      accounts.ask('POST', '/exchange', { as: jwt, body: {} }),
      accounts.ask('POST', '/keys', { body: { ids: [id] } }),
      accounts.ask('POST', '/keys', { as: jwt, body: { ids: [id], create: true } }),
      accounts.ask('POST', '/operator/tokens', { as: jwt, body: { name: 'x', role: 'owner' } }),
      accounts.ask('POST', '/operator/tokens', { as: tokens.gateway, body: { name: 'x', role: 'owner' } }),
      accounts.ask('GET', '/operator/setup'),
      accounts.ask('GET', '/people', { as: jwt }),
    ])
    expect(asked.map(({ status }) => status)).toEqual([401, 403, 403, 401, 403, 403, 403, 401, 403])
  })
})
