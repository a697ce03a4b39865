import {
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemIds } from '@logbook/chassis/ids.ts'
import { until } from '@logbook/chassis/testing/until.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Booted, boot, password, tokens } from './boot.ts'
import { newFolder, runTool } from './tool.ts'

let accounts: Booted
beforeEach(async () => {
  accounts = await boot()
})
afterEach(() => accounts.close())

const keyOf = async (id: string, from = accounts) =>
  (await from.ask('POST', '/keys', { as: tokens.comments, body: { ids: [id], create: true } })).body.keys[0]
const again = async () => {
  accounts = await boot({ folder: accounts.folder, bus: accounts.bus })
}
const signsIn = async (email: string) =>
  (await accounts.ask('POST', '/auth/sign-in/email', { body: { email, password } })).status

describe('a backup', () => {
  it('a backup is made while accounts run, is verified, private, and restores people and keys', async () => {
    const reader = await accounts.makeReader('Ada')
    const id = systemIds.next()
    const { key } = await keyOf(id)
    const to = join(newFolder(), 'accounts.backup')
    const made = await runTool(['backup', to], accounts)
    expect(made).toMatchObject({ code: 0, stderr: '' })
    expect(made.stdout).toMatch(/verified: 1 person, \d+ keys, 0 erased; every key opens/)
    expect(statSync(to).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(to, '..'))).toEqual(['accounts.backup'])
    expect(readdirSync(accounts.folder).filter((name) => name.includes('snapshot'))).toEqual([])

    await accounts.stop()
    rmSync(join(accounts.folder, 'accounts.sqlite'))
    const restored = await runTool(['restore', to], accounts)
    expect(restored).toMatchObject({ code: 0, stderr: '' })
    expect(statSync(join(accounts.folder, 'accounts.sqlite')).mode & 0o777).toBe(0o600)
    await again()
    expect(await keyOf(id)).toEqual({ id, key, state: 'live' })
    expect(await signsIn(reader.email)).toBe(200)
  })

  it('a backup is made while accounts run though there is no room beside their file', async () => {
    mkdirSync(join(accounts.folder, 'accounts.sqlite.snapshot'))
    const to = join(newFolder(), 'accounts.backup')
    expect(await runTool(['backup', to], accounts)).toMatchObject({ code: 0, stderr: '' })
    expect(readdirSync(tmpdir()).filter((name) => /^logbook-accounts-.*snapshot/.test(name))).toEqual([])
  })

  it('a backup does not contain the master key, and opens with no other', async () => {
    await keyOf(systemIds.next())
    const to = join(newFolder(), 'accounts.backup')
    await runTool(['backup', to], accounts)
    const text = readFileSync(join(accounts.folder, 'secrets/master-key'), 'utf8').trim()
    for (const secret of [Buffer.from(text), Buffer.from(text, 'base64url')])
      expect(readFileSync(to).includes(secret)).toBe(false)

    const other = await boot()
    await other.stop()
    const refused = await runTool(['restore', to, '--force'], other)
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(/No key of .* opens: the master key is not the one/)
    expect(await runTool(['verify', to], other)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('the keys could not be tried'),
    })
    rmSync(other.folder, { recursive: true })
  })

  it('a backup is made while Logbook is stopped', async () => {
    await accounts.makeReader('Ada')
    await accounts.stop()
    const to = join(newFolder(), 'accounts.backup')
    expect(await runTool(['backup', to], accounts)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('1 person'),
    })
    await again()
  })

  it('a backup replaces an earlier one only with --force, and never another file', async () => {
    const folder = newFolder()
    const to = join(folder, 'accounts.backup')
    expect((await runTool(['backup', to], accounts)).code).toBe(0)
    expect(await runTool(['backup', to], accounts)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('With --force'),
    })
    expect((await runTool(['backup', '--force', to], accounts)).code).toBe(0)
    const mistyped = await runTool(['backup', join(folder, 'bakcups', 'b')], accounts)
    expect([mistyped.code, mistyped.stderr]).toEqual([2, expect.stringContaining('There is no folder')])
    const diary = join(folder, 'diary')
    writeFileSync(diary, 'Dear diary')
    const refused = await runTool(['backup', '--force', diary], accounts)
    expect([refused.code, readFileSync(diary, 'utf8')]).toEqual([2, 'Dear diary'])
    const itself = join(accounts.folder, 'accounts.sqlite')
    expect(await runTool(['backup', itself], accounts)).toMatchObject({ code: 2 })
  })

  it('only the operator gets a copy of the accounts, one at a time', async () => {
    const owner = await accounts.makeOwner()
    for (const as of [undefined, owner.jwt, tokens.comments])
      expect([401, 403]).toContain((await accounts.ask('POST', '/operator/backup', { as })).status)
    const answers = await Promise.all(
      [1, 2].map(() => accounts.ask('POST', '/operator/backup', { as: tokens.operator })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 503])
  })

  it('a backup is refused where the running accounts are not those of the data folder', async () => {
    const folder = newFolder()
    const to = join(folder, 'b')
    const without = await runTool(['backup', to], accounts, { SERVICE_TOKENS_DIR: folder })
    expect(without).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("operator's token can't be read"),
    })
    writeFileSync(join(folder, 'operator'), 'a-token-of-another-blog')
    const strange = await runTool(['backup', to], accounts, { SERVICE_TOKENS_DIR: folder })
    expect(strange).toMatchObject({ code: 2, stderr: expect.stringContaining('do not know its token') })
    expect(readdirSync(folder)).toEqual(['operator'])
  })

  it('a backup with a flipped bit is reported and not restored', async () => {
    await accounts.makeReader('Ada')
    const to = join(newFolder(), 'accounts.backup')
    await runTool(['backup', to], accounts)
    // In the first page of the tables' tree.
    const at = 4_096 * 3
    writeSync(openSync(to, 'r+'), Buffer.alloc(64, 0xff), 0, 64, at)
    await accounts.stop()
    const before = readFileSync(join(accounts.folder, 'accounts.sqlite'))
    const refused = await runTool(['restore', to, '--force'], accounts)
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('damaged') })
    expect(readFileSync(join(accounts.folder, 'accounts.sqlite')).equals(before)).toBe(true)
    await again()
  })
})

describe('a restore', () => {
  it('a restore refuses running accounts, and replaces existing ones only with --force, keeping them', async () => {
    const to = join(newFolder(), 'accounts.backup')
    await runTool(['backup', to], accounts)
    await accounts.makeReader('Ada')
    const running = await runTool(['restore', to, '--force'], accounts)
    expect(running).toMatchObject({ code: 2, stderr: expect.stringContaining('Stop Logbook first') })
    await accounts.stop()
    expect(await runTool(['restore', to], accounts)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--force'),
    })
    const forced = await runTool(['restore', to, '--force'], accounts)
    expect(forced.code).toBe(0)
    const [, kept = ''] = /kept as (\S+)\. /.exec(forced.stdout) ?? []
    expect(existsSync(kept)).toBe(true)
    await again()
    expect(await signsIn('ada@example.org')).toBe(401)
    await accounts.stop()
    renameSync(kept, join(accounts.folder, 'accounts.sqlite'))
    await again()
    expect(await signsIn('ada@example.org')).toBe(200)
  })

  it('a restore ends sessions and leaves no link usable again', async () => {
    const reader = await accounts.makeReader('Ada')
    await accounts.ask('POST', '/auth/request-password-reset', { body: { email: reader.email } })
    const { link } = accounts.mailTo(reader.email)
    const to = join(newFolder(), 'accounts.backup')
    await runTool(['backup', to], accounts)
    await accounts.stop()
    const restored = await runTool(['restore', to, '--force'], accounts)
    expect(restored.stdout).toContain('Everyone must sign in again, with the password of that time.')
    await again()
    expect((await accounts.exchange({ cookie: reader.cookie })).body.caller).toEqual({ kind: 'nobody' })
    const token = new URL(link ?? '').searchParams.get('token')
    const reset = { token, newPassword: 'another long password' }
    expect((await accounts.ask('POST', '/auth/reset-password', { body: reset })).status).toBe(422)
    expect(await signsIn(reader.email)).toBe(200)
  })

  it('a restored backup from before an erasure erases again before it returns any key', async () => {
    const reader = await accounts.makeReader('Ada')
    await until(async () => (await accounts.bus.readStream(`user-${reader.id}`)).length > 0)
    const to = join(newFolder(), 'accounts.backup')
    await runTool(['backup', to], accounts)
    await accounts.ask('DELETE', `/people/${reader.id}`, { as: tokens.operator })
    await until(async () => (await accounts.ask('GET', `/erasures/${reader.id}`)).body.announced)
    await accounts.stop()
    expect((await runTool(['restore', to, '--force'], accounts)).code).toBe(0)
    accounts = await boot({ folder: accounts.folder, bus: accounts.bus, early: true })
    // Asked from the first moment on: the key is not there until it is known whether it may be.
    const first = await until(async () => {
      const answer = await accounts.ask('POST', '/keys', { as: tokens.comments, body: { ids: [reader.id] } })
      return answer.status === 200 && answer.body.keys[0]
    })
    expect(first).toEqual({ id: reader.id, key: null, state: 'erased' })
    expect(await signsIn(reader.email)).toBe(401)
    expect((await accounts.ask('GET', `/erasures/${reader.id}`)).body.announced).toBe(true)
  })
})
