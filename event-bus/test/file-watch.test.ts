import {
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { openLog } from '@logbook/event-bus/log/open-log.ts'
import Sqlite from 'better-sqlite3'
import { beforeEach, describe, expect, it } from 'vitest'
import { fill, post, type RunningBus, startBus } from './running-bus.ts'

let file: string
let bus: RunningBus
beforeEach(async () => {
  const folder = temporaryFolder()
  file = join(folder, 'log.sqlite')
  bus = await startBus({ file })
  await fill(bus, 20)
})

const append = async () => {
  const answer = await post(bus, '{"type":"A","subject":"later"}')
  return [answer.status, (await answer.json()).detail]
}
const health = async () => {
  const [ready, all] = await Promise.all([fetch(`${bus.url}/health/ready`), fetch(`${bus.url}/health`)])
  return { ...(await all.json()), ready: ready.status }
}
const replaceBy = (path: string) => {
  copyFileSync(path, `${path}.copy`)
  renameSync(`${path}.copy`, path)
}

describe('a removed log file', () => {
  it.each<[string, string, () => void]>([
    ['removed', 'was removed', () => rmSync(file)],
    ['moved away', 'was removed', () => renameSync(file, `${file}.moved`)],
    ['replaced', 'was replaced', () => replaceBy(file)],
    ['overwritten by a shorter one', 'was cut or overwritten', () => truncateSync(file, 4_096)],
    ['left without its write-ahead log', '-wal was removed', () => rmSync(`${file}-wal`)],
    ['given another write-ahead log', '-wal was replaced', () => replaceBy(`${file}-wal`)],
  ])(
    'after its file was %s the bus answers 503, is not ready, and gives the reason in /health',
    async (_how, why, harm) => {
      // Into the file itself, so that there is something to cut.
      const other = new Sqlite(file)
      other.pragma('wal_checkpoint(PASSIVE)')
      other.close()
      expect(await health()).toMatchObject({ ready: 200, damage: null })
      harm()
      expect(await append()).toEqual([503, expect.stringContaining(why)])
      expect(await health()).toMatchObject({
        ready: 503,
        status: 'waiting',
        damage: expect.stringContaining(why),
      })
      expect(bus.store.head()).toBe(20)
    },
  )

  it('appends go on when the log’s file is put back', async () => {
    renameSync(file, `${file}.moved`)
    expect((await append())[0]).toBe(503)
    renameSync(`${file}.moved`, file)
    expect((await append())[0]).toBe(201)
    expect(await health()).toMatchObject({ ready: 200, damage: null, position: 21 })
    await bus.close()
    const log = openLog(file)
    expect(log.head()).toBe(21)
    await log.close()
  })
})

describe('an overwritten log file', () => {
  const otherLog = async (events: number): Promise<string> => {
    const folder = temporaryFolder()
    const path = join(folder, 'other.sqlite')
    const other = await startBus({ file: path })
    await fill(other, events)
    await other.close()
    return path
  }
  /** A copy of the log as it stands, which has grown elsewhere since. */
  const grown = async (): Promise<string> => {
    const folder = temporaryFolder()
    const path = join(folder, 'grown.sqlite')
    const db = new Sqlite(file, { readonly: true })
    await db.backup(path)
    db.close()
    const elsewhere = await startBus({ file: path })
    await fill(elsewhere, 500)
    await elsewhere.close()
    return path
  }
  const noise = async (): Promise<string> => {
    const folder = temporaryFolder()
    const path = join(folder, 'noise')
    writeFileSync(path, Buffer.alloc(1_000_000, 'noise'))
    return path
  }

  it.each([
    ['a larger log', () => otherLog(500)],
    ['a larger copy of its own, grown elsewhere', grown],
    ['a larger file that is no log', noise],
  ])('an overwritten log (%s) records nothing and reports it', async (what, make) => {
    const larger = await make()
    await fill(bus, 300)
    // Some of it into the file, the rest into the write-ahead log.
    const other = new Sqlite(file)
    other.pragma('wal_checkpoint(PASSIVE)')
    other.close()
    await fill(bus, 5)
    const head = bus.store.head()
    copyFileSync(larger, file)
    const why = expect.stringContaining(`${file} was overwritten while the log is open`)
    expect(await append()).toEqual([503, why])
    expect(await health()).toMatchObject({ ready: 503, status: 'waiting', damage: why })
    // It does not come right by itself, however often it is asked.
    expect(await append()).toEqual([503, why])
    expect(bus.store.head()).toBe(head)
    const copied = readFileSync(larger)
    await bus.close()
    // What was put there is as it was put there, for the next start to look at.
    if (what !== 'a larger file that is no log') expect(readFileSync(file).equals(copied)).toBe(true)
    expect(existsSync(`${file}-wal`)).toBe(false)
  })

  it('a program that checkpoints the log’s own write-ahead log does not stop it', async () => {
    for (const mode of ['PASSIVE', 'RESTART', 'TRUNCATE']) {
      const other = new Sqlite(file)
      other.pragma(`wal_checkpoint(${mode})`)
      other.close()
      expect((await append())[0]).toBe(201)
    }
    expect(await health()).toMatchObject({ ready: 200, damage: null, position: 23 })
  })
})
