import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { until } from '@logbook/chassis/testing/until.ts'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Booted, boot, cookieOf, password, tokens } from './boot.ts'
import { newFolder, runTool } from './tool.ts'

let accounts: Booted
beforeEach(async () => {
  accounts = await boot()
})
afterEach(() => accounts.close())

/** The same log, which cannot be followed until the test allows it. */
const away = (bus: Bus): { bus: Bus; back: () => void } => {
  let back = () => {}
  const there = new Promise<void>((resolve) => {
    back = resolve
  })
  const late: Bus = {
    ...bus,
    async *follow(request) {
      const { signal } = request
      await Promise.race([there, new Promise((stop) => signal.addEventListener('abort', stop))])
      yield* bus.follow(request)
    },
  }
  return { bus: late, back }
}

const backUp = async (): Promise<string> => {
  const to = join(newFolder(), 'accounts.backup')
  expect((await runTool(['backup', to], accounts)).code).toBe(0)
  return to
}
/** Stops, restores, and starts over a log that is away. */
const restoredFrom = async (copy: string) => {
  await accounts.stop()
  const said = await runTool(['restore', copy, '--force'], accounts)
  expect(said).toMatchObject({ code: 0, stderr: '' })
  const { bus, back } = away(accounts.bus)
  accounts = await boot({ folder: accounts.folder, bus, early: true })
  return { back, said: said.stdout }
}
const signIn = (email: string) => accounts.ask('POST', '/auth/sign-in/email', { body: { email, password } })
const announced = (id: string) => until(async () => (await accounts.bus.readStream(`user-${id}`)).length > 0)
const untilKnown = () => until(async () => (await accounts.ask('GET', '/sign-in-options')).status === 200)

describe('restored accounts', () => {
  it('restored accounts refuse everyone until the log has been read for later erasures', async () => {
    const owner = await accounts.makeOwner()
    const reader = await accounts.makeReader('Ada')
    await announced(reader.id)
    const { token } = (await accounts.ask('POST', '/tokens', { as: owner.jwt, body: { name: 'ci' } })).body
    const copy = await backUp()
    await accounts.ask('DELETE', `/people/${reader.id}`, { as: tokens.operator })
    await until(async () => (await accounts.ask('GET', `/erasures/${reader.id}`)).body.announced)
    const { back } = await restoredFrom(copy)

    for (const email of [reader.email, owner.email]) {
      const refused = await signIn(email)
      expect([refused.status, refused.body.code]).toEqual([503, 'unavailable'])
      expect(refused.headers.get('Retry-After')).toBe('1')
    }
    for (const [method, path, as] of [
      ['GET', '/me', owner.jwt],
      ['POST', '/operator/tokens', tokens.operator],
      ['POST', '/auth/request-password-reset', undefined],
    ] as const)
      expect(
        (await accounts.ask(method, path, { as, body: method === 'POST' ? {} : undefined })).status,
      ).toBe(503)
    // Anonymous readers read on; a credential from before is anonymous now, or is refused.
    expect((await accounts.exchange({})).body.caller).toEqual({ kind: 'nobody' })
    expect((await accounts.exchange({ cookie: reader.cookie })).body.caller).toEqual({ kind: 'nobody' })
    expect((await accounts.exchange({ authorization: `Bearer ${token}` })).status).toBe(401)

    back()
    await untilKnown()
    expect((await signIn(reader.email)).status).toBe(401)
    expect((await signIn(owner.email)).status).toBe(200)
    // A token that may have been revoked since does not come back.
    expect((await accounts.exchange({ authorization: `Bearer ${token}` })).status).toBe(401)
    await accounts.stop()
    // Once read, they are accounts as any.
    accounts = await boot({ folder: accounts.folder, bus: away(accounts.bus).bus, early: true })
    expect((await signIn(owner.email)).status).toBe(200)
  })

  it('restored accounts apply later changes of roles', async () => {
    const owner = await accounts.makeOwner()
    const reader = await accounts.makeReader('Ada')
    const change = (role: string) =>
      accounts.ask('PATCH', `/people/${reader.id}`, { as: owner.jwt, body: { role } })
    const told = (count: number) =>
      until(async () => (await accounts.bus.readStream(`user-${reader.id}`)).length === count)
    await change('owner')
    await told(2)
    const copy = await backUp()
    // As a copy is that was made before the log was told.
    const db = new Sqlite(copy)
    db.exec("UPDATE announced SET role = 'reader'")
    db.close()
    await change('reader')
    await told(3)
    const { back } = await restoredFrom(copy)
    back()
    await untilKnown()
    const { cookies } = await signIn(reader.email)
    expect((await accounts.exchange({ cookie: cookieOf(cookies) })).body.caller).toMatchObject({
      role: 'reader',
    })
    // And the log is told nothing of before.
    expect(await accounts.bus.readStream(`user-${reader.id}`)).toHaveLength(3)
  })

  it('restored accounts have no open invitations, which may have been used since', async () => {
    const owner = await accounts.makeOwner()
    const body = { email: 'grace@example.org', role: 'author' }
    await accounts.ask('POST', '/invitations', { as: owner.jwt, body })
    const { link } = accounts.mailTo(body.email)
    const copy = await backUp()
    const { back, said } = await restoredFrom(copy)
    expect(said).toContain('invitations and links in mails are void')
    back()
    await untilKnown()
    const token = new URL(link ?? '').searchParams.get('token')
    expect((await accounts.ask('POST', '/invitations/look', { body: { token } })).status).toBe(404)
  })
})

it('accounts that were not restored accept requests while the log is unreachable', async () => {
  const reader = await accounts.makeReader('Ada')
  await accounts.stop()
  accounts = await boot({ folder: accounts.folder, bus: away(accounts.bus).bus, early: true })
  expect((await signIn(reader.email)).status).toBe(200)
  expect((await accounts.exchange({ cookie: reader.cookie })).body.caller).toMatchObject({ id: reader.id })
})

describe('accounts kept by a restore', () => {
  const named = () =>
    readdirSync(accounts.folder).filter((name) => name.startsWith('accounts.sqlite.before-'))

  it('accounts kept by a restore lose erased people and keep the others', async () => {
    const reader = await accounts.makeReader('Vanessa')
    await accounts.makeReader('Ada')
    await announced(reader.id)
    const { back } = await restoredFrom(await backUp())
    back()
    await untilKnown()
    const [kept = ''] = named()
    const bytes = () => readFileSync(join(accounts.folder, kept)).toString('latin1').toLowerCase()
    expect(bytes()).toContain('vanessa@example.org')
    expect((await accounts.ask('DELETE', `/people/${reader.id}`, { as: tokens.operator })).status).toBe(202)
    expect(named()).toEqual([kept])
    expect(bytes()).not.toContain('vaness')
    const held = await runTool(['verify', join(accounts.folder, kept)], accounts)
    expect(held.stdout).toMatch(/1 person, \d+ keys?, 1 erased; every key opens/)
  })

  it('kept accounts that can’t be read are removed at an erasure, and nothing else is', async () => {
    const reader = await accounts.makeReader('Vanessa')
    const beside = (name: string) => join(accounts.folder, name)
    const damaged = 'accounts.sqlite.before-2026-01-01T00-00-00.000Z'
    const others = ['accounts.sqlite.before-lunch', 'log.sqlite.before-2026-01-01T00-00-00.000Z']
    for (const name of [damaged, ...others]) writeFileSync(beside(name), 'vanessa@example.org')
    expect((await accounts.ask('DELETE', `/people/${reader.id}`, { as: tokens.operator })).status).toBe(202)
    expect(existsSync(beside(damaged))).toBe(false)
    for (const name of others) expect(existsSync(beside(name))).toBe(true)
  })
})
