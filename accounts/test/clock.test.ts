import { silentLogger } from '@logbook/chassis/logger.ts'
import { Undelivered } from '@logbook/chassis/mail/undelivered.ts'
import { type FixedClock, fixedClock } from '@logbook/chassis/testing/deterministic.ts'
import { until } from '@logbook/chassis/testing/until.ts'
import { decodeProtectedHeader } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { limits } from '../src/limits.ts'
import { createMailer } from '../src/mail/mailer.ts'
import { openAccountsFile } from '../src/storage/tables.ts'
import { type Booted, boot, password, tokenOf, tokens } from './boot.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const year = 365 * day

let accounts: Booted
let clock: FixedClock
beforeEach(async () => {
  // better-auth looks at the system's own clock: this one begins beside it.
  clock = fixedClock(new Date().toISOString())
  accounts = await boot({ clock })
})
afterEach(() => accounts.close())

const restart = async () => {
  await accounts.stop()
  clock = clock.restarted()
  accounts = await boot({ folder: accounts.folder, bus: accounts.bus, clock })
}
const kidNow = async () => decodeProtectedHeader((await accounts.exchange({ guest: true })).body.token).kid
const invite = async (as: string) => {
  const body = { email: 'ada@example.org', role: 'author' }
  return tokenOf((await accounts.ask('POST', '/invitations', { as, body })).body.link)
}
const invited = async (token: string) =>
  (await accounts.ask('POST', '/invitations/look', { body: { token } })).status

describe('a signing key', () => {
  it.each([-hour, hour])(
    'a signing key stays in use when the wall clock is set by %i ms, also across a restart',
    async (ms) => {
      const { cookie } = await accounts.makeReader()
      const kid = await kidNow()
      for (const after of [() => {}, restart]) {
        clock.jump(ms)
        await after()
        expect(await kidNow()).toBe(kid)
        const { body } = await accounts.exchange({ cookie })
        expect((await accounts.ask('GET', '/me', { as: body.token })).status).toBe(200)
      }
    },
  )

  it('a signing key made while the clock was a year ahead is used after one overlap, and as long as any other', async () => {
    clock.jump(year)
    await restart()
    const [first, next] = (await accounts.ask('GET', '/.well-known/jwks.json')).body.keys
    expect(next).toBeDefined()
    clock.jump(-year)
    await restart()
    expect(await kidNow()).toBe(first.kid)
    clock.pass(limits.signingKeyOverlapMinutes * 60_000)
    expect(await kidNow()).toBe(next.kid)
    clock.pass(limits.signingKeyDaysMax * day + 1)
    await restart()
    const kids = (await accounts.ask('GET', '/.well-known/jwks.json')).body.keys.map(
      ({ kid }: { kid: string }) => kid,
    )
    expect(kids).toEqual([next.kid, expect.not.stringMatching(first.kid)])
  })
})

describe('expiry', () => {
  it('a session that has expired does not revive when the wall clock is set back', async () => {
    const { cookie } = await accounts.makeReader()
    clock.pass(limits.sessionDaysMax * day - hour)
    expect((await accounts.exchange({ cookie })).body.token).not.toBeNull()
    clock.jump(-5 * day)
    // The library began the session by the system's clock, which is ahead of the test's by as long as the sign-up took.
    clock.pass(2 * hour)
    expect((await accounts.exchange({ cookie })).body.token).toBeNull()
  })

  it('a reset link that has expired does not revive when the wall clock is set back', async () => {
    const { email } = await accounts.makeReader()
    await accounts.ask('POST', '/auth/request-password-reset', { body: { email } })
    const token = tokenOf(accounts.mailTo(email).link ?? '')
    // The library made the link by the system's clock, which is ahead of the test's by as long as that took.
    clock.pass(limits.resetMinutesMax * 60_000 + hour)
    clock.jump(-2 * hour)
    const body = { token, newPassword: 'four quite new words' }
    expect((await accounts.ask('POST', '/auth/reset-password', { body })).status).toBe(422)
  })

  it('a confirmation link that has expired does not revive when the wall clock is set back', async () => {
    const [name, email] = ['Ada', 'ada@example.org']
    await accounts.ask('POST', '/auth/sign-up/email', { body: { name, email, password } })
    const body = { token: tokenOf(accounts.mailTo(email).link) }
    const confirm = async () => (await accounts.ask('POST', '/auth/verify-email', { body })).status
    clock.pass(limits.verificationMinutesMax * 60_000 + minute)
    clock.jump(-2 * hour)
    expect(await confirm()).toBe(422)
  })

  it('an invitation that has expired does not revive when the wall clock is set back', async () => {
    const { jwt } = await accounts.makeOwner()
    const token = await invite(jwt)
    clock.pass(limits.invitationDaysMax * day - hour)
    clock.jump(-hour)
    expect(await invited(token)).toBe(200)
    clock.pass(hour)
    expect(await invited(token)).toBe(404)
  })

  it('an API token that has expired does not revive when the wall clock is set back', async () => {
    const { jwt: as } = await accounts.makeOwner()
    const { body } = await accounts.ask('POST', '/tokens', { as, body: { name: 'short', days: 1 } })
    clock.pass(day)
    clock.jump(-hour)
    expect((await accounts.exchange({ authorization: `Bearer ${body.token}` })).status).toBe(401)
  })
})

describe('expiries stored while the clock was ahead', () => {
  it('an expiry stored while the clock was a year ahead is lowered at the next start', async () => {
    const { jwt } = await accounts.makeOwner()
    clock.jump(year)
    const token = await invite(jwt)
    clock.jump(-year)
    await restart()
    expect(await invited(token)).toBe(200)
    clock.pass(limits.invitationDaysMax * day)
    expect(await invited(token)).toBe(404)
  })
})

describe('confirmation links', () => {
  it('a confirmation link made while the clock was a year ahead is refused', async () => {
    const [name, email] = ['Ada', 'ada@example.org']
    await accounts.ask('POST', '/auth/sign-up/email', { body: { name, email, password } })
    const body = { token: tokenOf(accounts.mailTo(email).link) }
    // To the service the library's clock is a year ahead.
    clock = fixedClock(new Date(Date.now() - year).toISOString())
    await accounts.stop()
    accounts = await boot({ folder: accounts.folder, bus: accounts.bus, clock })
    expect((await accounts.ask('POST', '/auth/verify-email', { body })).status).toBe(422)
  })
})

describe('an erasure that a service has not confirmed', () => {
  const overdue = async () => (await accounts.ask('GET', '/health')).body.erasures.overdue
  const overdueMs = limits.erasureOverdueMinutes * 60_000

  it.each([-year, year])(
    'an unconfirmed erasure becomes overdue though the clock was set by %i ms since',
    async (ms) => {
      const { id } = await accounts.makeReader()
      await accounts.ask('DELETE', `/people/${id}`, { as: tokens.operator })
      clock.jump(ms)
      expect(await overdue()).toBe(0)
      clock.pass(overdueMs + 1)
      expect(await overdue()).toBe(1)
    },
  )

  it('an erasure made while the clock was a year ahead becomes overdue in time after the next start', async () => {
    const { id } = await accounts.makeReader()
    clock.jump(year)
    await accounts.ask('DELETE', `/people/${id}`, { as: tokens.operator })
    clock.jump(-year)
    await restart()
    expect(await overdue()).toBe(0)
    clock.pass(overdueMs + 1)
    expect(await overdue()).toBe(1)
    expect((await accounts.ask('GET', `/erasures/${id}`, { as: tokens.operator })).body.overdue).toBe(true)
  })
})

describe('retried mails', () => {
  const inFile = () => openAccountsFile(`${accounts.folder}/mails.sqlite`)
  const failing = {
    deliver: () => Promise.reject(new Undelivered('refused', { forGood: false })),
    forgetInvitations: () => {},
    forget: () => {},
  }
  const mail = { to: 'ada@example.org', subject: 'Hello', text: 'Hello' }
  const ids = { next: () => 'one' }
  const due = (db: ReturnType<typeof inFile>) =>
    db.prepare<[], { due_ms: number; tries: number }>('SELECT due_ms, tries FROM mail').get()

  it.each([-year, year])(
    'a retried mail waits no longer than its backoff though the clock was set by %i ms since',
    async (ms) => {
      const db = inFile()
      let delivered = 0
      const post = { ...failing, deliver: () => (++delivered === 1 ? failing.deliver() : Promise.resolve()) }
      const mailer = createMailer({ db, clock, ids, logger: silentLogger, post })
      mailer.start()
      mailer.send(mail)
      await until(() => due(db)?.tries === 1)
      clock.jump(ms)
      expect(delivered).toBe(1)
      clock.pass(limits.mailRetryMs.initial)
      await until(() => delivered === 2)
      await mailer.stop()
      db.close()
    },
  )

  it('a mail postponed while the clock was ahead waits no longer than the longest backoff after a restart', async () => {
    clock.jump(year)
    const db = inFile()
    const before = createMailer({ db, clock: clock.restarted(), ids, logger: silentLogger, post: failing })
    before.start()
    before.send(mail)
    await until(() => due(db)?.tries === 1)
    await before.stop()
    clock.jump(-year)
    const mailer = createMailer({ db, clock, ids, logger: silentLogger, post: failing })
    mailer.start()
    expect((due(db)?.due_ms ?? Infinity) - clock.steady()).toBeLessThanOrEqual(limits.mailRetryMs.max)
    await mailer.stop()
    db.close()
  })
})
