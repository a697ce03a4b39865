import { once } from 'node:events'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemIds } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { busOver } from '@logbook/chassis/testing/memory-bus.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { until } from '@logbook/chassis/testing/until.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Booted, boot, tokens } from './boot.ts'

let accounts: Booted
beforeEach(async () => {
  accounts = await boot()
})
afterEach(() => accounts.close())

const keysOf = (ids: string[], create = false, from = accounts) =>
  from.ask('POST', '/keys', { as: tokens.comments, body: { ids, create } })
const made = (ids: string[], from = accounts) =>
  until(async () => {
    const answer = await keysOf(ids, true, from)
    return answer.status === 200 && answer.body.keys
  })

describe('the keys of people', () => {
  it('keys of people are created when first needed, have 32 bytes, and stay the same', async () => {
    const [one, other] = [systemIds.next(), systemIds.next()]
    expect((await keysOf([one])).body.keys).toEqual([{ id: one, key: null, state: 'unknown' }])
    const keys = await made([one, other])
    for (const { key, state } of keys)
      expect([state, Buffer.from(key, 'base64')]).toEqual(['live', expect.objectContaining({ length: 32 })])
    expect(keys[0].key).not.toBe(keys[1].key)
    expect((await keysOf([other, one])).body.keys).toEqual(keys.toReversed())
  })

  it('at most a page of keys can be requested at once', async () => {
    expect((await keysOf(Array.from({ length: 1_001 }, () => systemIds.next()))).status).toBe(422)
    expect((await keysOf(['not an id'])).status).toBe(422)
    expect(await made(Array.from({ length: 1_000 }, () => systemIds.next()))).toHaveLength(1_000)
  })

  it('keys are wrapped in the file, which can’t be read without the master key', async () => {
    const id = systemIds.next()
    const [{ key }] = await made([id])
    await accounts.stop()
    const raw = Buffer.from(key, 'base64')
    for (const name of readdirSync(accounts.folder, { recursive: true, encoding: 'utf8' })) {
      const file = join(accounts.folder, name)
      if (statSync(file).isFile()) expect(readFileSync(file).includes(raw), name).toBe(false)
    }
    expect(statSync(join(accounts.folder, 'secrets/master-key')).mode & 0o777).toBe(0o600)
    expect(statSync(join(accounts.folder, 'accounts.sqlite')).mode & 0o777).toBe(0o600)
    accounts = await boot({ folder: accounts.folder })
    expect((await keysOf([id])).body.keys).toEqual([{ id, key, state: 'live' }])
  })
})

describe('a missing or wrong master key', () => {
  const broken = async (break_: (file: string) => void) => {
    const id = systemIds.next()
    const [{ key }] = await made([id])
    const owner = await accounts.makeOwner()
    await accounts.stop()
    const file = join(accounts.folder, 'secrets/master-key')
    const right = readFileSync(file)
    break_(file)
    accounts = await boot({ folder: accounts.folder, bus: accounts.bus })
    return { id, key, owner, restore: () => writeFileSync(file, right) }
  }

  it.each([
    ['missing', 'missing', (file: string) => rmSync(file)],
    [
      'another',
      'not the one',
      (file: string) => writeFileSync(file, Buffer.alloc(32, 7).toString('base64url')),
    ],
    ['no key at all', '32 bytes', (file: string) => writeFileSync(file, 'hello')],
  ] as const)(
    'a master key that is %s is reported by /health, and keys are neither returned nor created',
    async (_, says, break_) => {
      const { id, key, owner, restore } = await broken(break_)
      const health = await accounts.ask('GET', '/health')
      expect(health.body.keys.fault).toContain(says)
      for (const create of [false, true]) {
        const refused = await keysOf([id, systemIds.next()], create)
        expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } })
        expect(refused.headers.get('Retry-After')).toBe('30')
      }
      // People still sign in: their sessions then last as long as this process.
      const { status, cookies } = await accounts.ask('POST', '/auth/sign-in/email', {
        body: { email: owner.email, password: 'correct horse battery' },
      })
      expect([status, cookies.length]).toEqual([200, 1])
      await accounts.stop()
      restore()
      accounts = await boot({ folder: accounts.folder, bus: accounts.bus })
      expect((await accounts.ask('GET', '/health')).body.keys.fault).toBeNull()
      expect((await keysOf([id])).body.keys).toEqual([{ id, key, state: 'live' }])
    },
  )

  it('a missing master key is not replaced by a new one', async () => {
    await broken((file) => rmSync(file))
    expect(existsSync(join(accounts.folder, 'secrets/master-key'))).toBe(false)
  })
})

describe('lost keys', () => {
  it('lost keys are reported, and no new key replaces one that something is sealed with', async () => {
    const reader = await accounts.makeReader('Lotte')
    await until(async () => (await accounts.bus.readStream(`user-${reader.id}`)).length > 0)
    const empty = await boot({ bus: accounts.bus })
    await until(async () => (await empty.ask('GET', '/health')).body.keys.lost === 1)
    const { body } = await keysOf([reader.id], true, empty)
    expect(body.keys).toEqual([{ id: reader.id, key: null, state: 'unknown' }])
    await empty.close()
  })

  it('keys are neither created nor returned before the log has been read', async () => {
    const away: Bus = {
      ...busOver(memoryLog()),
      // biome-ignore lint/correctness/useYield: a bus that is away has nothing to say until it is given up
      async *follow({ signal }) {
        await once(signal, 'abort')
      },
    }
    const id = systemIds.next()
    await made([id])
    await accounts.stop()
    const early = await boot({ folder: accounts.folder, bus: away, early: true })
    for (const ids of [[id], [systemIds.next()]])
      expect(await keysOf(ids, true, early)).toMatchObject({ status: 503, body: { code: 'unavailable' } })
    await early.stop()
    accounts = await boot({ folder: accounts.folder })
  })
})

describe('an older accounts file', () => {
  it('an older copy of the accounts file erases again the people that the log names as erased', async () => {
    const reader = await accounts.makeReader('Ada')
    await accounts.stop()
    const copy = `${accounts.folder}-copy`
    cpSync(accounts.folder, copy, { recursive: true })
    accounts = await boot({ folder: accounts.folder, bus: accounts.bus })
    await accounts.ask('DELETE', `/people/${reader.id}`, { as: tokens.operator })
    await until(async () =>
      (await accounts.bus.readStream(`user-${reader.id}`)).some(({ type }) => type === 'UserErased'),
    )
    const restored = await boot({ folder: copy, bus: accounts.bus })
    await until(async () => (await restored.ask('GET', `/erasures/${reader.id}`)).status === 200)
    expect((await keysOf([reader.id], true, restored)).body.keys[0].state).toBe('erased')
    const again = await restored.ask('POST', '/auth/sign-in/email', {
      body: { email: reader.email, password: 'correct horse battery' },
    })
    expect(again.status).toBe(401)
    await restored.close()
  })
})
