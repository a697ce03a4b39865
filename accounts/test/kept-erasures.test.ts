import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { busOver } from '@logbook/chassis/testing/memory-bus.ts'
import { copyOfLog, memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { until } from '@logbook/chassis/testing/until.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addErasures, readErasures } from '../src/erasure/kept-erasures.ts'
import { type Booted, boot, password, tokens } from './boot.ts'
import { newFolder, runTool } from './tool.ts'

const log = () => memoryLog()
let original = log()
let accounts: Booted
beforeEach(async () => {
  original = log()
  accounts = await boot({ bus: busOver(original) })
})
afterEach(() => accounts.close())

const at = '2026-11-29T09:00:00.000Z'
const fileOf = (folder: string) => join(folder, 'erasures.ndjson')
const signIn = (email: string) => accounts.ask('POST', '/auth/sign-in/email', { body: { email, password } })
const erase = (id: string) => accounts.ask('DELETE', `/people/${id}`, { as: tokens.operator })
const saysErased = async (id: string) =>
  (await accounts.bus.readStream(`user-${id}`)).some(({ type }) => type === 'UserErased')
const keyOf = async (id: string) => {
  const asked = { as: tokens.comments, body: { ids: [id], create: false } }
  return (await accounts.ask('POST', '/keys', asked)).body.keys[0]
}

describe('an erasure', () => {
  it('an erasure survives a restore of both log and accounts from before it', async () => {
    const [gone, stays] = [await accounts.makeReader('Vanessa'), await accounts.makeReader('Ada')]
    for (const { id } of [gone, stays])
      await until(async () => (await accounts.bus.readStream(`user-${id}`)).length > 0)
    await accounts.stop()
    const copy = join(newFolder(), 'accounts.sqlite')
    copyFileSync(join(accounts.folder, 'accounts.sqlite'), copy)
    const before = await copyOfLog(original, { upTo: original.head(), by: 'restore' })

    accounts = await boot({ folder: accounts.folder, bus: accounts.bus })
    expect((await erase(gone.id)).status).toBe(202)
    await until(() => saysErased(gone.id))
    await accounts.stop()
    const said = await runTool(['restore', copy, '--force'], accounts)
    expect(said.stdout).toContain('1 person was erased after this backup')
    accounts = await boot({ folder: accounts.folder, bus: busOver(before) })

    await until(() => saysErased(gone.id))
    expect(await keyOf(gone.id)).toMatchObject({ key: null, state: 'erased' })
    expect((await signIn(gone.email)).status).toBe(401)
    expect((await signIn(stays.email)).status).toBe(200)
    await accounts.stop()
    expect(readFileSync(join(accounts.folder, 'accounts.sqlite')).includes(gone.email)).toBe(false)
    accounts = await boot({ folder: accounts.folder, bus: accounts.bus })
  })

  it('an erasure that a crash separated from its record is completed at the next start, before requests are accepted', async () => {
    const reader = await accounts.makeReader('Vanessa')
    await accounts.stop()
    addErasures(fileOf(accounts.folder), [{ id: reader.id, erasedAt: at, by: null }])
    appendFileSync(fileOf(accounts.folder), '{"id":"cut o')
    accounts = await boot({ folder: accounts.folder, bus: accounts.bus, early: true })
    expect((await signIn(reader.email)).status).toBe(401)
    await until(() => saysErased(reader.id))
  })

  it('an erasure that can not be recorded is refused as unavailable, and nothing is erased', async () => {
    const reader = await accounts.makeReader('Ada')
    mkdirSync(fileOf(accounts.folder))
    expect(await erase(reader.id)).toMatchObject({ status: 503, body: { code: 'unavailable' } })
    expect((await signIn(reader.email)).status).toBe(200)
    rmSync(fileOf(accounts.folder), { recursive: true })
    expect((await erase(reader.id)).status).toBe(202)
  })

  it('an erasure that the erasures file lacks is added to it at the start', async () => {
    const reader = await accounts.makeReader('Ada')
    await erase(reader.id)
    await accounts.stop()
    rmSync(fileOf(accounts.folder))
    accounts = await boot({ folder: accounts.folder, bus: accounts.bus })
    const { erasures, unreadable } = readErasures(fileOf(accounts.folder))
    expect([erasures, unreadable]).toMatchObject([[{ id: reader.id, by: null }], 0])
    expect(statSync(fileOf(accounts.folder)).mode & 0o777).toBe(0o600)
  })
})

describe('the record of erasures', () => {
  const [one, two] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'] as const
  it('the erasures file is read past a truncated line, and unreadable lines are counted', () => {
    const file = fileOf(newFolder())
    expect(readErasures(file)).toEqual({ erasures: [], unreadable: 0 })
    addErasures(file, [{ id: one, erasedAt: at, by: null }])
    appendFileSync(file, '{"id":"000')
    expect(readErasures(file).unreadable).toBe(0)
    expect(
      addErasures(file, [
        { id: one, erasedAt: at, by: null },
        { id: two, erasedAt: at, by: one },
      ]),
    ).toBe(1)
    const { erasures, unreadable } = readErasures(file)
    expect(erasures.map(({ id }) => id)).toEqual([one, two])
    expect(unreadable).toBe(1)
    writeFileSync(file, 'a page of something else\n')
    expect(readErasures(file)).toEqual({ erasures: [], unreadable: 1 })
  })
})
