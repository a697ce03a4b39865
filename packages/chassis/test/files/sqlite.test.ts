import { once } from 'node:events'
import { copyFileSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { beforeEach, describe, expect, it } from 'vitest'
import { isStorageFault, openDatabase, sweep } from '../../src/files/sqlite.ts'
import { temporaryFolder } from '../../src/testing/temporary-folder.ts'

let folder: string
beforeEach(() => {
  folder = temporaryFolder()
})

const first = 'CREATE TABLE a (id INTEGER PRIMARY KEY) STRICT'
const second = 'ALTER TABLE a ADD COLUMN name TEXT'

describe('a database file', () => {
  it('is made with its folders and brought up to date, once', () => {
    const file = join(folder, 'deep', 'down.sqlite')
    const older = openDatabase({ file, migrations: [first], durability: 'full' })
    older.exec('INSERT INTO a DEFAULT VALUES')
    older.close()
    const db = openDatabase({ file, migrations: [first, second], durability: 'full' })
    db.exec("INSERT INTO a (name) VALUES ('x')")
    expect(db.prepare('SELECT count(*) FROM a').pluck().get()).toBe(2)
    expect(db.pragma('user_version', { simple: true })).toBe(2)
    db.close()
  })

  it.each([
    ['full', 2],
    ['normal', 1],
  ] as const)('is %s in its durability after a write, not only after the pragma', (durability, expected) => {
    const db = openDatabase({ file: join(folder, 'a.sqlite'), migrations: [first], durability })
    db.exec('INSERT INTO a DEFAULT VALUES')
    expect(db.pragma('synchronous', { simple: true })).toBe(expected)
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
    db.close()
  })

  it('keeps nothing of a migration that fails', () => {
    const file = join(folder, 'a.sqlite')
    expect(() =>
      openDatabase({ file, migrations: [first, 'CREATE TABLE b (x); nonsense'], durability: 'normal' }),
    ).toThrow(/nonsense/)
    const db = openDatabase({ file, migrations: [], durability: 'normal' })
    expect(db.prepare('SELECT count(*) FROM sqlite_master').pluck().get()).toBe(0)
    db.close()
  })

  it('that the log rebuilds is begun again where it was copied while it was open, and kept where it was copied whole', () => {
    const file = join(folder, 'view.sqlite')
    const open = (path: string) => openDatabase({ file: path, migrations: [first], durability: 'normal' })
    const db = open(file)
    db.exec('INSERT INTO a DEFAULT VALUES')
    const countIn = (path: string) => {
      const copy = open(path)
      const count = copy.prepare('SELECT count(*) FROM a').pluck().get()
      copy.close()
      return count
    }
    for (const part of ['', '-wal']) copyFileSync(`${file}${part}`, join(folder, `live.sqlite${part}`))
    expect(countIn(join(folder, 'live.sqlite'))).toBe(0)
    db.close()
    copyFileSync(file, join(folder, 'whole.sqlite'))
    expect(countIn(join(folder, 'whole.sqlite'))).toBe(1)
    expect(countIn(join(folder, 'whole.sqlite'))).toBe(1)
  })

  it('of a newer release is left alone', () => {
    const file = join(folder, 'a.sqlite')
    openDatabase({ file, migrations: [first, second], durability: 'full' }).close()
    expect(() => openDatabase({ file, migrations: [first], durability: 'full' })).toThrow(/newer Logbook/)
  })

  it('that the log rebuilds is replaced if its schema differs, and kept if not', () => {
    const file = join(folder, 'a.sqlite')
    const rowsOf = (migrations: string[]) => {
      const db = openDatabase({ file, migrations, durability: 'normal', exclusive: true })
      db.exec('INSERT INTO a DEFAULT VALUES')
      const rows = db.prepare('SELECT count(*) FROM a').pluck().get()
      db.close()
      return rows
    }
    expect([rowsOf([first]), rowsOf([first])]).toEqual([1, 2])
    expect([rowsOf([first, second]), rowsOf([first, second]), rowsOf([first])]).toEqual([1, 2, 1])
    expect(rowsOf(['CREATE TABLE a (id INTEGER PRIMARY KEY, other TEXT) STRICT'])).toBe(1)
  })

  it('that two open at once is brought up to date by one of them, while the other waits its turn', async () => {
    const rounds = 30
    const fileOf = (round: number) => join(folder, `${round}.sqlite`)
    // Held open, so that neither finds it being closed.
    const held = Array.from({ length: rounds }, (_, index) =>
      openDatabase({ file: fileOf(index + 1), migrations: [first], durability: 'full' }),
    )
    const module = JSON.stringify(new URL('../../src/files/sqlite.ts', import.meta.url).href)
    const migrations = JSON.stringify([first, 'INSERT INTO a DEFAULT VALUES'])
    const opener = `
      const { workerData: { folder, gate, rounds } } = require('node:worker_threads')
      const barrier = new Int32Array(gate)
      import(${module}).then(({ openDatabase }) => {
        for (let round = 1; round <= rounds; round += 1) {
          if (Atomics.add(barrier, 0, 1) + 1 === round * 2) Atomics.store(barrier, 1, round)
          while (Atomics.load(barrier, 1) < round);
          openDatabase({ file: folder + '/' + round + '.sqlite', migrations: ${migrations}, durability: 'full' }).close()
        }
      })`
    const workerData = { folder, gate: new SharedArrayBuffer(8), rounds }
    const ends = [1, 2].map(() => once(new Worker(opener, { eval: true, workerData }), 'exit'))
    expect(await Promise.all(ends)).toEqual([[0], [0]])
    expect(held.map((db) => db.prepare('SELECT count(*) FROM a').pluck().get())).toEqual(
      Array(rounds).fill(1),
    )
    for (const db of held) db.close()
  })

  it('that is exclusive refuses a second writer', () => {
    const file = join(folder, 'a.sqlite')
    const db = openDatabase({ file, migrations: [first], durability: 'full', exclusive: true })
    let error: unknown
    try {
      openDatabase({ file, migrations: [first], durability: 'full', exclusive: true })
    } catch (caught) {
      error = caught
    }
    expect(isStorageFault(error)).toBe(true)
    db.close()
  })
})

describe('a sweep', () => {
  const table = `
    CREATE TABLE said (id INTEGER PRIMARY KEY, words TEXT) STRICT;
    CREATE INDEX said_by_words ON said (words);
  `

  it('leaves nothing on disk of what was deleted or overwritten, however it came about', () => {
    const db = openDatabase({
      file: join(folder, 'a.sqlite'),
      migrations: [table],
      durability: 'normal',
      exclusive: true,
    })
    const put = db.prepare<[number, string]>('INSERT OR REPLACE INTO said (id, words) VALUES (?, ?)')
    // Rows of many sizes that come, change and go, so that pages overflow, split and merge.
    let seed = 7
    const below = (max: number) => {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff
      return Math.floor((seed / 2 ** 31) * max)
    }
    db.transaction(() => {
      for (let n = 0; n < 5_000; n++)
        put.run(
          below(9_000),
          `${below(10) === 0 ? 'a secret' : 'other'} ${'z'.repeat(below(below(20) === 0 ? 6_000 : 300))}`,
        )
    })()
    db.exec("DELETE FROM said WHERE words LIKE 'a secret%'")
    const left = () =>
      readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes('a secret'))
    expect(left()).not.toEqual([])
    sweep(db)
    expect(left()).toEqual([])
    expect(db.prepare("SELECT count(*) > 1_000 FROM said WHERE words LIKE 'other%'").pluck().get()).toBe(1)
    db.close()
  })

  it('is refused while someone else reads the file', () => {
    const file = join(folder, 'a.sqlite')
    const db = openDatabase({ file, migrations: [table], durability: 'normal' })
    const other = openDatabase({ file, migrations: [table], durability: 'normal' })
    db.exec("INSERT INTO said (words) VALUES ('x')")
    other.exec('BEGIN; SELECT count(*) FROM said')
    db.pragma('busy_timeout = 1')
    expect(() => sweep(db)).toThrow(/read by someone else|locked/)
    other.exec('COMMIT')
    sweep(db)
    other.close()
    db.close()
  })
})
