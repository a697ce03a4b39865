import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { fixedClock } from '@logbook/chassis/testing/deterministic.ts'
import { until } from '@logbook/chassis/testing/until.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { limits } from '../src/limits.ts'
import { folderPost } from '../src/mail/folder-post.ts'
import type { WaitingMail } from '../src/mail/mail.ts'
import {
  type Booted,
  boot,
  cookieOf,
  password,
  type ReceivedMail,
  received,
  tokenOf,
  tokens,
} from './boot.ts'

let accounts: Booted
beforeAll(async () => {
  accounts = await boot()
})
afterAll(() => accounts.close())

type Reader = Awaited<ReturnType<Booted['makeReader']>>

let networks = 0
/** Asks from a network of its own, or the rate limit of mails would end the tests. */
const change = (reader: Reader, body: object, at = accounts) =>
  at.ask('POST', '/auth/change-email', {
    body,
    as: reader.jwt,
    cookie: reader.cookie,
    headers: { 'X-Forwarded-For': `203.0.113.${++networks}` },
  })
/** Presses the button of the page that a link leads to. */
const confirm = (link: string | undefined, cookie?: string, at = accounts) =>
  at.ask('POST', '/auth/verify-email', {
    body: { token: tokenOf(link) },
    ...(cookie === undefined ? {} : { cookie }),
  })
const tooOld = { status: 422, body: { errors: [{ path: 'token' }] } }
const me = async (reader: Reader) => (await accounts.ask('GET', '/me', { as: reader.jwt })).body.email
const signIn = (email: string) => accounts.ask('POST', '/auth/sign-in/email', { body: { email, password } })

describe('a change of address', () => {
  it('a new address counts once its link was opened signed in; the old address is notified and cannot sign in', async () => {
    const reader = await accounts.makeReader('Ada')
    const asked = await change(reader, { email: 'Ada.New@Example.org', currentPassword: password })
    expect(asked).toMatchObject({ status: 200, body: { status: 'check-your-mail' } })
    expect(await me(reader)).toBe(reader.email)
    await accounts.ask('POST', '/auth/request-password-reset', { body: { email: reader.email } })
    const reset = new URL(accounts.mailTo(reader.email).link ?? '').searchParams.get('token')

    const { link, subject } = accounts.mailTo('ada.new@example.org')
    expect(subject).toBe('Confirm your new address')
    expect((await confirm(link, reader.cookie)).body).toEqual({ of: 'account', signedIn: true })
    expect(await me(reader)).toBe('ada.new@example.org')
    expect(accounts.mailTo(reader.email).subject).toBe('Your address was changed')
    expect(accounts.mailTo(reader.email).text).not.toContain('ada.new')
    expect((await signIn('ada.new@example.org')).status).toBe(200)
    expect((await signIn(reader.email)).status).toBe(401)
    const stale = { token: reset, newPassword: 'set by the former mailbox' }
    expect((await accounts.ask('POST', '/auth/reset-password', { body: stale })).status).toBe(422)
  })

  it('a new address is confirmed only by the person who asked for it', async () => {
    const reader = await accounts.makeReader('Mistyped')
    const other = await accounts.makeReader('Stranger')
    await change(reader, { email: 'someone.elses@example.org', currentPassword: password })
    const { link } = accounts.mailTo('someone.elses@example.org')
    expect(await confirm(link)).toMatchObject({ status: 401, cookies: [] })
    expect(await confirm(link, other.cookie)).toMatchObject({ status: 409, cookies: [] })
    expect(await me(reader)).toBe(reader.email)
    expect(await me(other)).toBe(other.email)
  })

  it('the link of a new address works once, and not after another was requested', async () => {
    const reader = await accounts.makeReader('Twice')
    await change(reader, { email: 'first@example.org', currentPassword: password })
    const first = accounts.mailTo('first@example.org').link
    await change(reader, { email: 'second@example.org', currentPassword: password })
    expect(await confirm(first, reader.cookie)).toMatchObject(tooOld)
    const second = accounts.mailTo('second@example.org').link
    await confirm(second, reader.cookie)
    expect(await me(reader)).toBe('second@example.org')
    await change(reader, { email: reader.email, currentPassword: password })
    await confirm(accounts.mailTo(reader.email).link, reader.cookie)
    // A thief of the earlier link: the old address is theirs again, but the link is spent.
    await change(reader, { email: 'third@example.org', currentPassword: password })
    expect(await confirm(second, reader.cookie)).toMatchObject(tooOld)
    expect(await me(reader)).toBe(reader.email)
  })

  it('a new address that has an account is answered like any other, and not taken', async () => {
    const reader = await accounts.makeReader('Nosy')
    const other = await accounts.makeReader('Known')
    const count = accounts.sent.length
    const taken = await change(reader, { email: other.email, currentPassword: password })
    expect(taken).toMatchObject({ status: 200, body: { status: 'check-your-mail' } })
    expect(accounts.sent).toHaveLength(count)
    // Free when it was asked for, and an account's by the time its link is opened.
    await change(reader, { email: 'later.known@example.org', currentPassword: password })
    const { link } = accounts.mailTo('later.known@example.org')
    const later = await accounts.makeReader('Later Known')
    expect((await confirm(link, reader.cookie)).status).toBe(409)
    expect([await me(reader), await me(later)]).toEqual([reader.email, later.email])
  })

  it.each([
    ['no session', { email: 'x@example.org', currentPassword: password }, 401],
    ['a wrong password', { email: 'x@example.org', currentPassword: 'wrong password' }, 422],
    ['no password', { email: 'x@example.org' }, 422],
    ['the address that it is', { email: 'refused@example.org', currentPassword: password }, 422],
    ['no address', { email: 'x', currentPassword: password }, 422],
    ['more than is asked', { email: 'x@example.org', currentPassword: password, role: 'owner' }, 422],
  ])('a change of address is refused with %s', async (what, body, status) => {
    const known = accounts.db
      .prepare("SELECT count(*) FROM user WHERE email = 'refused@example.org'")
      .pluck()
      .get()
    const reader =
      known === 0 ? await accounts.makeReader('Refused') : await signedInAgain('refused@example.org')
    const cookie = what === 'no session' ? '' : reader.cookie
    const answer = await change({ ...reader, cookie } as Reader, body)
    expect(answer.status).toBe(status)
    expect(accounts.sent.some(({ to }) => to === 'x@example.org')).toBe(false)
  })

  it('changes of address are rate limited', async () => {
    const reader = await accounts.makeReader('Often')
    const answers = []
    for (let n = 0; n < 7; n++)
      answers.push(await change(reader, { email: 'often.new@example.org', currentPassword: 'wrong' }))
    const last = answers.at(-1)
    expect(last?.status).toBe(429)
    expect(last?.headers.get('Retry-After')).toMatch(/^\d+$/)
  })
})

const signedInAgain = async (email: string) => {
  const cookie = cookieOf((await signIn(email)).cookies)
  return { cookie, jwt: await accounts.jwtOf(cookie), email }
}

describe('an erased person', () => {
  it('an erasure removes earlier and unconfirmed addresses from the file and the outbox', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'accounts-change-'))
    const outbox = join(folder, 'outbox')
    const mails: ReceivedMail[] = []
    const post = folderPost({ folder: outbox, from: 'a@b.test', logger: silentLogger })
    const deliver = (mail: WaitingMail, blogTitle: string) => {
      mails.push(received(mail))
      return post.deliver(mail, blogTitle)
    }
    const own = await boot({ folder, post: { ...post, deliver } })
    const linkOf = (subject: string) => until(() => mails.findLast((mail) => mail.subject === subject)?.link)
    const signUp = { name: 'Zed', email: 'zed.former@example.org', password }
    await own.ask('POST', '/auth/sign-up/email', { body: signUp })
    const cookie = cookieOf((await confirm(await linkOf('Confirm your address'), undefined, own)).cookies)
    const reader = { cookie, jwt: await own.jwtOf(cookie) } as Reader
    await change(reader, { email: 'zed.present@example.org', currentPassword: password }, own)
    await confirm(await linkOf('Confirm your new address'), cookie, own)
    await change(reader, { email: 'zed.pending@example.org', currentPassword: password }, own)
    const onDisk = () =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
        const file = join(folder, name)
        return statSync(file).isFile() && /zed\.(former|present|pending)/.test(readFileSync(file, 'latin1'))
      })
    await until(() => onDisk().filter((name) => name.startsWith('outbox')).length === 4)
    const id = own.db.prepare('SELECT id FROM user').pluck().get()
    expect((await own.ask('DELETE', `/people/${id}`, { as: tokens.operator })).status).toBe(202)
    expect(onDisk()).toEqual([])
    await own.close()
  })
})

describe('a confirmation link', () => {
  const signUp = async (name: string) => {
    const email = `${name}@example.org`
    await accounts.ask('POST', '/auth/sign-up/email', { body: { name, email, password } })
    return { email, link: accounts.mailTo(email).link ?? '' }
  }
  const signsIn = async (email: string) => (await signIn(email)).status

  it('a confirmation link leads to a page and does nothing by itself, also in mails of earlier versions', async () => {
    const { email, link } = await signUp('opened')
    expect(new URL(link).pathname).toBe('/confirm-address')
    const token = tokenOf(link)
    const former = await accounts.ask(
      'GET',
      `/auth/verify-email?${new URLSearchParams({ token, callbackURL: '/account' })}`,
    )
    expect([former.status, former.headers.get('Location'), former.cookies]).toEqual([302, link, []])
    expect(await signsIn(email)).toBe(403)
    const confirmed = await confirm(link)
    expect(confirmed).toMatchObject({ status: 200, body: { of: 'new-account', signedIn: true } })
    const { caller } = (await accounts.exchange({ cookie: cookieOf(confirmed.cookies) })).body
    expect(caller).toMatchObject({ kind: 'person', name: 'opened' })
  })

  it('opening a confirmation link of another account keeps the signed-in person', async () => {
    const reader = await accounts.makeReader('Stays')
    const { email, link } = await signUp('planted')
    const confirmed = await confirm(link, reader.cookie)
    expect(confirmed).toMatchObject({
      status: 200,
      body: { of: 'new-account', signedIn: false },
      cookies: [],
    })
    expect((await accounts.exchange({ cookie: reader.cookie })).body.caller.name).toBe('Stays')
    expect(await signsIn(email)).toBe(200)
  })

  it('a confirmation link signs in once only, and not with a changed token', async () => {
    const { link } = await signUp('second')
    expect((await confirm(link)).body.signedIn).toBe(true)
    expect(await confirm(link)).toMatchObject({ body: { signedIn: false }, cookies: [] })
    expect(await confirm(`${link}x`)).toMatchObject({ ...tooOld, cookies: [] })
  })
})

describe('an unused link', () => {
  it('a confirmation link expires after a day, and the account is deleted', async () => {
    const clock = fixedClock(new Date().toISOString())
    const own = await boot({ clock })
    const reader = await own.makeReader('Slow')
    await change(reader, { email: 'slow.new@example.org', currentPassword: password }, own)
    clock.set(new Date(clock.now().getTime() + (limits.verificationMinutesMax + 1) * 60_000).toISOString())
    const answer = await confirm(own.mailTo('slow.new@example.org').link, reader.cookie, own)
    expect(answer).toMatchObject(tooOld)
    await own.close()
  })
})
