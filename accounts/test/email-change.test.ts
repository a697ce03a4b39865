import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '@logbook/chassis/log.ts'
import { fixedClock } from '@logbook/chassis/testing/deterministic.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { limits } from '../src/limits.ts'
import { folderPost } from '../src/mail/folder-post.ts'
import type { WaitingMail } from '../src/mail/mail.ts'
import { type Booted, boot, cookieOf, password, type ReceivedMail, received, tokens, until } from './boot.ts'

let accounts: Booted
beforeAll(async () => {
  accounts = await boot()
})
afterAll(() => accounts.close())

type Reader = Awaited<ReturnType<Booted['makeReader']>>

let networks = 0
/** Asks from a network of its own, or the brakes of mails would end the tests. */
const change = (reader: Reader, body: object, at = accounts) =>
  at.ask('POST', '/auth/change-email', {
    body,
    as: reader.jwt,
    cookie: reader.cookie,
    headers: { 'X-Forwarded-For': `203.0.113.${++networks}` },
  })
const follow = (link: string | undefined, cookie?: string, at = accounts) => {
  const { pathname, search } = new URL(link ?? '')
  return at.ask(
    'GET',
    `${pathname.replace('/api/accounts', '')}${search}`,
    cookie === undefined ? {} : { cookie },
  )
}
const location = ({ headers }: { headers: Headers }) => headers.get('Location')
const me = async (reader: Reader) => (await accounts.ask('GET', '/me', { as: reader.jwt })).body.email
const signIn = (email: string) => accounts.ask('POST', '/auth/sign-in/email', { body: { email, password } })

describe('another address', () => {
  it('counts once its link was opened signed in; the former one is told, and opens nothing any more', async () => {
    const reader = await accounts.makeReader('Ada')
    const asked = await change(reader, { email: 'Ada.New@Example.org', currentPassword: password })
    expect(asked).toMatchObject({ status: 200, body: { status: 'check-your-mail' } })
    expect(await me(reader)).toBe(reader.email)
    await accounts.ask('POST', '/auth/request-password-reset', { body: { email: reader.email } })
    const reset = new URL(accounts.mailTo(reader.email).link ?? '').searchParams.get('token')

    const { link, subject } = accounts.mailTo('ada.new@example.org')
    expect(subject).toBe('Confirm your new address')
    expect(location(await follow(link, reader.cookie))).toBe('http://blog.test/account?address=changed')
    expect(await me(reader)).toBe('ada.new@example.org')
    expect(accounts.mailTo(reader.email).subject).toBe('Your address was changed')
    expect(accounts.mailTo(reader.email).text).not.toContain('ada.new')
    expect((await signIn('ada.new@example.org')).status).toBe(200)
    expect((await signIn(reader.email)).status).toBe(401)
    const stale = { token: reset, newPassword: 'set by the former mailbox' }
    expect((await accounts.ask('POST', '/auth/reset-password', { body: stale })).status).toBe(422)
  })

  it('is confirmed by whoever asked, not by whoever reads its mail', async () => {
    const reader = await accounts.makeReader('Mistyped')
    const other = await accounts.makeReader('Stranger')
    await change(reader, { email: 'someone.elses@example.org', currentPassword: password })
    const { link } = accounts.mailTo('someone.elses@example.org')
    const signedOut = await follow(link)
    const at = new URL(location(signedOut) ?? '')
    expect([at.pathname, signedOut.cookies]).toEqual(['/sign-in', []])
    expect(at.searchParams.get('next')).toBe(link?.replace('http://blog.test', ''))
    const asOther = await follow(link, other.cookie)
    expect(location(asOther)).toBe('http://blog.test/account?error=INVALID_USER')
    expect(await me(reader)).toBe(reader.email)
    expect(await me(other)).toBe(other.email)
  })

  it('has a link that is good once, and no more when another was asked for', async () => {
    const reader = await accounts.makeReader('Twice')
    await change(reader, { email: 'first@example.org', currentPassword: password })
    const first = accounts.mailTo('first@example.org').link
    await change(reader, { email: 'second@example.org', currentPassword: password })
    expect(location(await follow(first, reader.cookie))).toContain('error=INVALID_TOKEN')
    const second = accounts.mailTo('second@example.org').link
    await follow(second, reader.cookie)
    expect(await me(reader)).toBe('second@example.org')
    await change(reader, { email: reader.email, currentPassword: password })
    await follow(accounts.mailTo(reader.email).link, reader.cookie)
    // Whoever got hold of the link of before: the address that it is from is theirs again, and yet it is spent.
    await change(reader, { email: 'third@example.org', currentPassword: password })
    expect(location(await follow(second, reader.cookie))).toContain('error=INVALID_TOKEN')
    expect(await me(reader)).toBe(reader.email)
  })

  it('that has an account is answered like any other, and not taken', async () => {
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
    expect(location(await follow(link, reader.cookie))).toContain('error=USER_ALREADY_EXISTS')
    expect([await me(reader), await me(later)]).toEqual([reader.email, later.email])
  })

  it.each([
    ['no session', { email: 'x@example.org', currentPassword: password }, 401],
    ['a wrong password', { email: 'x@example.org', currentPassword: 'wrong password' }, 422],
    ['no password', { email: 'x@example.org' }, 422],
    ['the address that it is', { email: 'refused@example.org', currentPassword: password }, 422],
    ['no address', { email: 'x', currentPassword: password }, 422],
    ['more than is asked', { email: 'x@example.org', currentPassword: password, role: 'owner' }, 422],
  ])('is refused with %s', async (what, body, status) => {
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

  it('can be asked for so often and no more', async () => {
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

describe('whoever is erased', () => {
  it('is so with former addresses and one that was not confirmed yet, in the file and in the outbox', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'accounts-change-'))
    const outbox = join(folder, 'outbox')
    const mails: ReceivedMail[] = []
    const post = folderPost({ folder: outbox, from: 'a@b.test', log: silentLog })
    const deliver = (mail: WaitingMail) => {
      mails.push(received(mail))
      return post.deliver(mail)
    }
    const own = await boot({ folder, post: { ...post, deliver } })
    const linkOf = (subject: string) => until(() => mails.findLast((mail) => mail.subject === subject)?.link)
    const signUp = { name: 'Zed', email: 'zed.former@example.org', password }
    await own.ask('POST', '/auth/sign-up/email', { body: signUp })
    const cookie = cookieOf((await follow(await linkOf('Confirm your address'), undefined, own)).cookies)
    const reader = { cookie, jwt: await own.jwtOf(cookie) } as Reader
    await change(reader, { email: 'zed.present@example.org', currentPassword: password }, own)
    await follow(await linkOf('Confirm your new address'), cookie, own)
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

describe('a link that nobody opened', () => {
  it('is too old after a day, and forgotten', async () => {
    const clock = fixedClock(new Date().toISOString())
    const own = await boot({ clock })
    const reader = await own.makeReader('Slow')
    await change(reader, { email: 'slow.new@example.org', currentPassword: password }, own)
    clock.set(new Date(clock.now().getTime() + (limits.verificationMinutesMax + 1) * 60_000).toISOString())
    const answer = await follow(own.mailTo('slow.new@example.org').link, reader.cookie, own)
    expect(location(answer)).toContain('error=INVALID_TOKEN')
    await own.close()
  })
})
