import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemIds } from '@logbook/chassis/ids.ts'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Booted, boot, tokens } from './boot.ts'
import { newFolder, runTool } from './tool.ts'

let accounts: Booted
beforeEach(async () => {
  accounts = await boot()
})
afterEach(() => accounts.close())

const keysOf = async (ids: string[], create = false) =>
  (await accounts.ask('POST', '/keys', { as: tokens.comments, body: { ids, create } })).body.keys
const again = async (config = {}) => {
  accounts = await boot({ folder: accounts.folder, bus: accounts.bus, config })
}
const masterKey = () => join(accounts.folder, 'secrets/master-key')
const child = join(import.meta.dirname, 'rotation-child.ts')

/** What is wrapped in the file at the moment, as bytes. */
const wrappedIn = (file: string): Buffer[] => {
  const db = new Sqlite(file, { readonly: true })
  const all = ['person_key', 'signing_key', 'kept_secret', 'master_check'].flatMap((table) =>
    db.prepare<[], Buffer>(`SELECT wrapped FROM ${table} WHERE wrapped IS NOT NULL`).pluck().all(),
  )
  db.close()
  return all
}

/** Some of everything that hangs on the master key. */
const fill = async () => {
  const reader = await accounts.makeReader('Rita')
  const gone = await accounts.makeReader('Gone')
  await accounts.ask('DELETE', `/people/${gone.id}`, { as: tokens.operator })
  const guest = (await accounts.exchange({ guest: true })).body
  const ids = Array.from({ length: 1_000 }, () => systemIds.next())
  const keys = [...(await keysOf(ids, true)), ...(await keysOf([gone.id]))]
  const signingKeys = (await accounts.ask('GET', '/.well-known/jwks.json')).body
  return { reader, guest, keys, signingKeys }
}

/** Nothing is lost, and everyone stays signed in. */
const holds = async ({ reader, guest, keys, signingKeys }: Awaited<ReturnType<typeof fill>>) => {
  expect((await accounts.ask('GET', '/health')).body.keys.fault).toBeNull()
  const ids = keys.map(({ id }: { id: string }) => id)
  expect([...(await keysOf(ids.slice(0, 1_000))), ...(await keysOf(ids.slice(1_000)))]).toEqual(keys)
  expect((await accounts.ask('GET', '/.well-known/jwks.json')).body).toEqual(signingKeys)
  expect((await accounts.exchange({ cookie: reader.cookie })).body.caller.id).toBe(reader.id)
  const cookie = guest.setCookie[0].split(';', 1)[0]
  expect((await accounts.exchange({ cookie })).body.caller.id).toBe(guest.caller.id)
}

describe('a rotation of the master key', () => {
  it('a rotation rewraps all keys, leaves nothing wrapped with the old one, and ends no session', async () => {
    const filled = await fill()
    await accounts.stop()
    const file = join(accounts.folder, 'accounts.sqlite')
    const [before, wrapped] = [readFileSync(masterKey(), 'utf8'), wrappedIn(file)]
    const rotated = await runTool(['rotate-master-key'], accounts)
    expect(rotated).toMatchObject({ code: 0, stderr: '' })
    expect(rotated.stdout).toContain(`${wrapped.length.toLocaleString('en')} keys are rewrapped`)
    expect(readFileSync(masterKey(), 'utf8')).not.toBe(before)
    expect(statSync(masterKey()).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(accounts.folder, 'secrets'))).toEqual(['master-key'])
    for (const name of readdirSync(accounts.folder)) {
      if (!name.startsWith('accounts.sqlite')) continue
      const bytes = readFileSync(join(accounts.folder, name))
      expect(wrapped.filter((each) => bytes.includes(each))).toEqual([])
    }
    await again()
    await holds(filled)
  })

  it.each(['make', 'wrap', 'commit', 'promote', 'sweep'])(
    'a rotation killed before step %s loses nothing and can be repeated',
    async (step) => {
      const filled = await fill()
      await accounts.stop()
      expect(spawnSync(process.execPath, [child, accounts.folder, step]).signal).toBe('SIGKILL')
      await again()
      await holds(filled)
      await accounts.stop()
      const before = readFileSync(masterKey(), 'utf8')
      expect(await runTool(['rotate-master-key'], accounts)).toMatchObject({ code: 0, stderr: '' })
      expect(readFileSync(masterKey(), 'utf8')).not.toBe(before)
      expect(existsSync(`${masterKey()}.next`)).toBe(false)
      await again()
      await holds(filled)
    },
  )

  it('a rotation with --sign-out ends sessions, guest cookies and the key of access tokens', async () => {
    const { reader, guest, keys } = await fill()
    const keyIds = async () =>
      (await accounts.ask('GET', '/.well-known/jwks.json')).body.keys.map(({ kid }: { kid: string }) => kid)
    const kids = await keyIds()
    await accounts.stop()
    expect((await runTool(['rotate-master-key', '--sign-out'], accounts)).stdout).toContain(
      'Everyone is signed out',
    )
    await again()
    expect(await keysOf([keys[0].id])).toEqual([keys[0]])
    for (const cookie of [reader.cookie, guest.setCookie[0].split(';', 1)[0]])
      expect((await accounts.exchange({ cookie })).body.caller.kind).toBe('nobody')
    // A thief of the master key had the signing key too, and could sign for anyone.
    expect(await keyIds()).not.toContain(kids[0])
    expect((await accounts.ask('POST', '/auth/sign-out', { as: reader.jwt, body: {} })).status).toBe(401)
  })

  it('a rotation refuses running accounts', async () => {
    await fill()
    const refused = await runTool(['rotate-master-key'], accounts)
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('Logbook is running') })
  })

  it('a rotation is refused where the present master key is missing or another one', async () => {
    await fill()
    await accounts.stop()
    const right = readFileSync(masterKey())
    writeFileSync(masterKey(), Buffer.alloc(32, 7).toString('base64url'))
    const refused = await runTool(['rotate-master-key'], accounts)
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('Nothing was changed') })
    writeFileSync(masterKey(), right)
    await again()
  })
})

describe('a master key in the environment', () => {
  it('a master key in the environment is replaced by a given one', async () => {
    const [old, next] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')]
    await accounts.close()
    accounts = await boot({ config: { masterKey: { key: old } } })
    const filled = await fill()
    await accounts.stop()
    const to = join(newFolder(), 'next')
    writeFileSync(to, next)
    const env = { MASTER_KEY: old }
    expect(await runTool(['rotate-master-key'], accounts, env)).toMatchObject({ code: 2 })
    const rotated = await runTool(['rotate-master-key', '--to', to], accounts, env)
    expect(rotated).toMatchObject({ code: 0, stdout: expect.stringContaining('Set MASTER_KEY') })
    await again({ masterKey: { key: next } })
    await holds(filled)
  })
})
