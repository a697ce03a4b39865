import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { World } from './built.ts'
import { ada, operatorToken, sessionOf } from './fake-accounts.ts'
import { get, send } from './requests.ts'
import { idOf } from './sample-blog.ts'

const asOwner = { Cookie: sessionOf('owner') }
const asReader = { Cookie: sessionOf('reader') }
const credentials = { email: ada.email, password: 'the right password' }

/** Signing in and what is behind it, as a browser without scripts meets it. */
export const describeAccountPages = (world: () => World) => {
  const open = (path: string, headers = {}) => get(`${world().url}${path}`, headers)

  describe('who may see which page', () => {
    it.each([
      '/write',
      '/drafts',
      '/media',
      '/moderation',
      '/account',
      '/people',
      `/write/${idOf(1)}?draft=1`,
    ])('%s redirects an anonymous reader to sign-in and back', async (path) => {
      const { status, headers } = await open(path)
      expect(status).toBe(302)
      expect(headers.get('location')).toBe(`/sign-in?${new URLSearchParams({ next: path })}`)
    })

    it.each(['/write', '/drafts', '/media', '/moderation', '/people'])(
      '%s is not for readers',
      async (path) => {
        const { status, html } = await open(path, asReader)
        expect(status).toBe(403)
        expect(html).toContain('This is not for your account')
      },
    )

    it('the account page refuses a token with a role and no account', async () => {
      const { status, html } = await get(`${world().clientUrl}/account`, { Authorization: operatorToken })
      expect(status).toBe(403)
      expect(html).toContain('This is not for your account')
    })

    it('the link to a page is shown to readers who may open it', async () => {
      const anyone = (await open('/')).html
      expect(anyone).toContain('href="/sign-in"')
      expect(anyone).not.toMatch(/href="\/(write|drafts|moderation|people|account)"/)
      const reader = (await open('/', asReader)).html
      expect(reader).toContain('href="/account"')
      expect(reader).not.toMatch(/href="\/(write|drafts|moderation|people)"/)
      const owner = (await open('/', asOwner)).html
      for (const path of ['/write', '/drafts', '/moderation', '/people'])
        expect(owner).toContain(`href="${path}"`)
    })

    it('a signed-in person comments under the name of the account, without a name field', async () => {
      const path = '/posts/the-heron-stood-still'
      expect((await open(path)).html).toContain('name="name"')
      expect((await open(path, asReader)).html).not.toContain('name="name"')
      const fields = { intent: 'comment', postId: idOf(1), content: 'Signed in', name: 'Somebody else' }
      await send(world(), { path, fields, headers: asReader })
      expect(world().fake.asked.findLast(({ method }) => method === 'POST')?.body.author).toBeNull()
    })

    it('an invalid token makes its sender anonymous', async () => {
      for (const token of ['x', 'x.%%.x', `x.${Buffer.from('{"kind":"person"}').toString('base64url')}.x`]) {
        const { html } = await get(`${world().clientUrl}/`, { Authorization: `Bearer ${token}` })
        expect(html).toContain('Sign in')
      }
    })

    it('requests to services carry the caller’s token, and pages do not contain it', async () => {
      const { html } = await open('/drafts', asOwner)
      expect(world().fake.asked.at(-1)?.headers.authorization).toMatch(/^Bearer x\./)
      expect(world().fake.asked.at(-1)?.headers.cookie).toBeUndefined()
      expect(html).not.toContain('Bearer')
    })
  })

  describe('signing in', () => {
    it('signing in sets the cookie and continues to the page the person came from', async () => {
      const fields = { ...credentials, next: '/moderation', remember: 'on' }
      const { status, headers } = await send(world(), { path: '/sign-in', fields })
      expect([status, headers.get('location')]).toEqual([302, '/moderation'])
      expect(headers.get('set-cookie')).toContain(sessionOf('owner'))
      expect(world().fake.asked.at(-1)?.body).toEqual({ ...credentials, rememberMe: true })
    })

    it.each(['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)'])(
      'never leads elsewhere: %s',
      async (next) => {
        const { headers } = await send(world(), { path: '/sign-in', fields: { ...credentials, next } })
        expect(headers.get('location')).toBe('/')
        expect((await open(`/sign-in?${new URLSearchParams({ next })}`)).html).toContain(
          'name="next" value="/"',
        )
      },
    )

    it('a refused sign-in keeps the address and never the password', async () => {
      const { status, html } = await send(world(), {
        path: '/sign-in',
        fields: { email: ada.email, password: 'wrong secret' },
      })
      expect(status).toBe(401)
      expect(html).toContain('The address or the password is wrong.')
      expect(html).toContain(`value="${ada.email}"`)
      expect(html).not.toContain('wrong secret')
    })

    it('the sign-in page says when accounts is down', async () => {
      world().fake.down.add('accounts')
      const { status, html } = await send(world(), { path: '/sign-in', fields: credentials })
      world().fake.down.clear()
      expect(status).toBe(503)
      expect(html).toContain('The accounts service is not available')
    })

    it('signing in with a provider redirects to it', async () => {
      const { headers } = await open('/sign-in/github')
      expect(headers.get('location')).toBe('https://github.example/authorize')
      expect(world().fake.asked.at(-1)?.body).toEqual({ provider: 'github', callbackURL: '/' })
    })

    it('signing out removes the session', async () => {
      const { headers } = await send(world(), { path: '/sign-out', fields: {}, headers: asOwner })
      expect(headers.get('location')).toBe('/')
      expect(headers.get('set-cookie')).toContain('Max-Age=0')
    })
  })

  describe('a new account', () => {
    it('signing up says that a mail was sent', async () => {
      const fields = { name: 'Cy', email: 'cy@blog.example', password: 'long enough for it' }
      expect((await send(world(), { path: '/sign-up', fields })).html).toContain('we have sent you a mail')
    })

    it('the sign-up form names the field that is not valid', async () => {
      const fields = { name: 'Cy', email: 'cy@blog.example', password: 'short' }
      const { status, html } = await send(world(), { path: '/sign-up', fields })
      expect(status).toBe(422)
      expect(html).toMatch(/aria-invalid="true"[^>]*name="password"|name="password"[^>]*aria-invalid="true"/)
      expect(html).toContain('must be at least 10 characters')
    })

    it('the link of the first start creates the owner, once', async () => {
      expect((await open('/setup?token=t')).html).toContain('This blog has its owner')
      world().fake.forgetOwner()
      expect((await open('/setup?token=t')).html).toContain('name="token" value="t"')
      const fields = { token: 't', name: 'Ada', email: ada.email, password: credentials.password }
      const { headers } = await send(world(), { path: '/setup', fields })
      expect(headers.get('location')).toBe('/begin')
      expect(headers.get('set-cookie')).toContain(sessionOf('owner'))
    })

    it('no owner is created without the link’s secret, and the page says where to find the link', async () => {
      world().fake.forgetOwner()
      const { html } = await open('/setup')
      expect(html).toContain('npm run accounts -- owner-link')
      expect(html).not.toContain('<form class="account-form"')
      const fields = { token: 'wrong', name: 'Ada', email: ada.email, password: credentials.password }
      const refused = await send(world(), { path: '/setup', fields })
      expect([
        refused.status,
        refused.html.includes('Open the link that the start of this blog printed.'),
      ]).toEqual([403, true])
      await send(world(), { path: '/setup', fields: { ...fields, token: 't' } })
    })

    it('each page that takes a link says when it was already used', async () => {
      const spent = 'The link is not valid, or no longer.'
      const fields = { token: 'spent', newPassword: 'a long new password' }
      for (const path of ['/confirm-address', '/reset-password'])
        expect((await send(world(), { path, fields })).html).toContain(spent)
    })

    it('an address is confirmed by a button, not by opening the page', async () => {
      const token = `x.${Buffer.from('{"email":"cy@blog.example"}').toString('base64url')}.x`
      const path = '/confirm-address'
      const before = world().fake.asked.length
      const asked = () =>
        world()
          .fake.asked.slice(before)
          .filter(({ url }) => url.pathname === '/auth/verify-email')
      const page = await open(`${path}?${new URLSearchParams({ token })}`)
      expect([page.status, asked(), page.headers.get('set-cookie')]).toEqual([200, [], null])
      expect(page.html).toContain('cy@blog.example')
      const press = (given: string) => send(world(), { path, fields: { token: given } })
      const { headers } = await press(token)
      expect([headers.get('location'), asked().at(-1)?.body]).toEqual(['/account', { token }])
      expect(headers.get('set-cookie')).toContain(sessionOf('reader'))
      expect((await press('kept')).html).toContain('The address is confirmed')
      const next = '/confirm-address?token=signed-out'
      expect((await press('signed-out')).headers.get('location')).toBe(
        `/sign-in?${new URLSearchParams({ next })}`,
      )
      expect((await press('spent')).status).toBe(422)
    })

    it('the invitation page names the role, and a used link says so', async () => {
      expect((await open('/invitation?token=good')).html).toContain('Author: writes posts of their own')
      expect((await open('/invitation?token=used')).html).toContain('is no longer valid')
    })
  })

  describe('the account page', () => {
    it('the account page shows a new token once', async () => {
      const fields = { intent: 'add-token', name: 'ci', days: '30', 'scope-posts': 'on' }
      const { html } = await send(world(), { path: '/account', fields, headers: asOwner })
      expect(html).toContain('lb_shown_once')
      const made = world().fake.asked.find(
        ({ method, url }) => method === 'POST' && url.pathname === '/tokens',
      )
      expect(made?.body).toEqual({ name: 'ci', days: 30, scopes: ['posts'] })
      expect((await open('/account', asOwner)).html).not.toContain('lb_shown_once')
    })

    it('changing the password revokes tokens and passkeys where that is ticked', async () => {
      const fields = { intent: 'password', currentPassword: credentials.password, newPassword: 'another one' }
      const asked = () => world().fake.asked.findLast(({ url }) => url.pathname === '/auth/change-password')
      for (const ticked of [true, false]) {
        const given = ticked ? { ...fields, revokeWaysIn: 'on' } : fields
        const { status, headers } = await send(world(), { path: '/account', fields: given, headers: asOwner })
        expect(asked()?.body.revokeWaysIn).toBe(ticked)
        // The page after it is loaded with the session that takes the place of the one that was ended.
        expect([status, headers.get('set-cookie')]).toEqual([302, expect.stringContaining('session=')])
        const page = (await open(headers.get('location') ?? '', asOwner)).html
        expect(page).toContain('Your password was changed')
        expect(page.includes('API tokens and passkeys were revoked')).toBe(ticked)
      }
    })

    it('one button signs out everywhere without a password, and removes passkeys where that is ticked', async () => {
      const asked = () =>
        world().fake.asked.findLast(({ url }) => url.pathname.endsWith('/sign-out-everywhere'))
      for (const ticked of [true, false]) {
        const fields = { intent: 'sign-out-everywhere', ...(ticked ? { passkeys: 'on' } : {}) }
        const { headers } = await send(world(), { path: '/account', fields, headers: asOwner })
        expect(headers.get('location')).toBe('/sign-in?done=everywhere')
        expect(headers.get('set-cookie')).toContain('Max-Age=0')
        expect(asked()?.body).toEqual({ passkeys: ticked })
      }
      expect((await open('/sign-in?done=everywhere')).html).toContain('You are signed out everywhere')
    })

    it('changing the address requires the password, which is not shown again', async () => {
      const fields = { intent: 'address', email: 'ada.new@blog.example', currentPassword: 'wrong secret' }
      const wrong = await send(world(), { path: '/account', fields, headers: asOwner })
      expect(wrong.status).toBe(422)
      expect(wrong.html).toContain('is not your password')
      expect(wrong.html).toContain('value="ada.new@blog.example"')
      expect(wrong.html).not.toContain('wrong secret')
      const right = { ...fields, currentPassword: credentials.password }
      const { html } = await send(world(), { path: '/account', fields: right, headers: asOwner })
      expect(html).toContain('We have sent a link to the new address')
      const asked = world().fake.asked.findLast(({ url }) => url.pathname === '/auth/change-email')
      expect(asked?.body).toEqual({ email: 'ada.new@blog.example', currentPassword: credentials.password })
      expect((await open('/account?address=changed', asOwner)).html).toContain('Your address was changed')
    })

    it('an erasure asks for confirmation, then redirects to the receipt', async () => {
      expect((await open('/account?leave=1', asOwner)).html).toContain('Erase permanently')
      const { headers } = await send(world(), {
        path: '/account',
        fields: { intent: 'erase' },
        headers: asOwner,
      })
      expect(headers.get('location')).toBe(`/erasures/${ada.id}`)
    })

    it('an unknown form on an account page changes nothing', async () => {
      const fields = { intent: 'constructor' }
      expect((await send(world(), { path: '/account', fields, headers: asOwner })).status).toBe(400)
    })
  })

  describe('a blog that sends no mail', () => {
    beforeAll(() => world().fake.connectMail(false))
    afterAll(() => world().fake.connectMail(true))
    const mailed = /sent you a mail|mail with (?:a|the) link|mail is on its way|sent a link|We send/

    it('a blog that sends no mail says so on every page that would mail a link, and what to do instead', async () => {
      const account = { name: 'Cy', email: 'cy@blog.example', password: 'long enough for it' }
      const answers = [
        [await open('/sign-up'), 'its owner confirms new accounts'],
        [await send(world(), { path: '/sign-up', fields: account }), 'its owner confirms new accounts'],
        [await send(world(), { path: '/sign-in', fields: account }), 'has not confirmed your account yet'],
        [await open('/forgot-password'), 'Ask its owner for a link'],
        [await send(world(), { path: '/forgot-password', fields: account }), 'can create a link for you'],
        [
          await send(world(), {
            path: '/account',
            headers: asOwner,
            fields: { intent: 'address', email: 'new@blog.example', currentPassword: credentials.password },
          }),
          'ask the operator',
        ],
        [await open('/subscribe?tag=marsh'), '/feed.xml?tag=marsh'],
        [await open('/subscribers', asOwner), 'To send mail, set'],
        [
          await send(world(), {
            path: '/people',
            headers: asOwner,
            fields: { intent: 'invite', email: 'di@blog.example', role: 'author' },
          }),
          'send the link below to di@blog.example yourself',
        ],
      ] as const
      for (const [{ html }, words] of answers) {
        expect(html).toContain(words)
        expect(html).not.toMatch(mailed)
      }
    })

    it('on a blog that sends no mail, the owner confirms accounts and creates links', async () => {
      expect((await open('/people', asOwner)).html).toContain('cy@blog.example')
      const press = async (intent: string, id: string) =>
        (await send(world(), { path: '/people', headers: asOwner, fields: { intent, id } })).html
      expect(await press('password-link', idOf(402))).toContain('/reset-password?token=handed')
      expect(await press('confirm', idOf(403))).toContain('Confirmed. They can sign in now.')
      const asked = world().fake.asked.findLast(({ method }) => method === 'PATCH')
      expect([asked?.url.pathname, asked?.body]).toEqual([`/people/${idOf(403)}`, { emailVerified: true }])
      expect((await open('/people', asOwner)).html).toContain('No one is waiting.')
    })
  })

  describe('the page of people', () => {
    it('the page of people offers no password links where the blog sends mail', async () => {
      const { html } = await open('/people', asOwner)
      expect(html).not.toMatch(/Waiting for confirmation|Link for a new password/)
    })

    it('the page of people lists everyone, and marks overdue erasures', async () => {
      const { html } = await open('/people', asOwner)
      expect(html).toContain('ben@blog.example')
      expect(html).toContain('Overdue')
    })

    it.each([
      ['/account', '/tokens', { intent: 'add-token', name: 'ci', days: '30' }],
      ['/people', '/invitations', { intent: 'invite', email: 'di@blog.example', role: 'author' }],
    ])('a form sent twice from %s has the same idempotency key both times', async (path, asked, given) => {
      const keyOf = (html: string) => /name="key" value="([\w-]{36})"/.exec(html)?.[1]
      const key = keyOf((await open(path, asOwner)).html) ?? ''
      expect(keyOf((await open(path, asOwner)).html)).not.toBe(key)
      for (const _ of [1, 2]) await send(world(), { path, fields: { ...given, key }, headers: asOwner })
      const keys = world()
        .fake.asked.filter(({ method, url }) => method === 'POST' && url.pathname === asked)
        .map(({ headers }) => headers['idempotency-key'])
      expect(keys.slice(-2)).toEqual([key, key])
    })

    it('an invitation shows its link to the owner', async () => {
      const fields = { intent: 'invite', email: 'cy@blog.example', role: 'author' }
      const { html } = await send(world(), { path: '/people', fields, headers: asOwner })
      expect(html).toContain('http://blog.example/invitation?token=good')
    })

    it('the role of the last owner cannot be changed', async () => {
      const fields = { intent: 'role', id: ada.id, role: 'reader' }
      const { status, html } = await send(world(), { path: '/people', fields, headers: asOwner })
      expect(status).toBe(409)
      expect(html).toContain('A blog needs an owner.')
    })

    it('a receipt names services and no person', async () => {
      const { html } = await open(`/erasures/${idOf(401)}`)
      expect(html).toMatch(/comments<\/th>.*overdue/s)
      expect((await open(`/erasures/${idOf(9)}`)).status).toBe(404)
    })
  })
}
