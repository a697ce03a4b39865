import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { StartRefused } from '@logbook/chassis/start/start-refused.ts'
import { busOver } from '@logbook/chassis/testing/memory-bus.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { until } from '@logbook/chassis/testing/until.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refuseBesideSealed } from '../src/storage/new-accounts.ts'
import { openAccountsFile } from '../src/storage/tables.ts'
import { type Booted, boot } from './boot.ts'
import { newFolder } from './tool.ts'

let accounts: Booted
/** A log that holds the sealed name of a reader. */
let sealed: Bus
const unsealed = busOver(memoryLog())

beforeAll(async () => {
  accounts = await boot()
  sealed = accounts.bus
  const { id } = await accounts.makeReader()
  await until(async () => (await sealed.readStream(`user-${id}`)).length > 0)
  await unsealed.append([
    { id: 'one', source: '/posts', subject: 'post-1', type: 'PostCreated', data: { id: 'post-1' } },
  ])
  await accounts.stop()
})
afterAll(() => rmSync(accounts.folder, { recursive: true, force: true }))

/** Without what SQLite puts beside a file to read it. */
const filesBeside = (file: string) => readdirSync(dirname(file)).filter((name) => !/-(wal|shm)$/.test(name))

const lost: Record<string, (file: string) => void> = {
  missing: () => {},
  empty: (file) => writeFileSync(file, ''),
  'one in which nothing was ever kept': (file) => openAccountsFile(file).close(),
}

describe.each(Object.entries(lost))('an accounts file that is %s', (_what, make) => {
  const newFile = () => {
    const file = join(newFolder(), 'accounts.sqlite')
    make(file)
    return file
  }

  it('new accounts are refused beside a log with sealed events, and nothing is created', async () => {
    const file = newFile()
    const before = filesBeside(file)
    const refused = await refuseBesideSealed({ file, bus: sealed }).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(StartRefused)
    expect(String(refused)).toContain(file)
    expect(String(refused)).toContain('npm run accounts -- restore')
    expect(String(refused)).toContain('--new-accounts')
    expect(filesBeside(file)).toEqual(before)
  })

  it('new accounts are created beside a log without sealed events, once it was read', async () => {
    const file = newFile()
    let back = () => {}
    const there = new Promise<void>((resolve) => {
      back = resolve
    })
    const late: Pick<Bus, 'follow'> = {
      async *follow(request) {
        await there
        yield* unsealed.follow(request)
      },
    }
    let known = false
    const deciding = refuseBesideSealed({ file, bus: late }).then(() => {
      known = true
    })
    await new Promise((resolve) => setImmediate(resolve))
    expect(known).toBe(false)
    back()
    await deciding
    expect(known).toBe(true)
  })
})

it('existing accounts are opened without reading the log', async () => {
  const silent: Pick<Bus, 'follow'> = {
    follow: () => {
      throw new Error('the log was asked')
    },
  }
  const file = join(accounts.folder, 'accounts.sqlite')
  expect(existsSync(file)).toBe(true)
  await refuseBesideSealed({ file, bus: silent })
})
