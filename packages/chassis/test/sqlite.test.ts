import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isStorageFault, openDatabase } from '../src/sqlite.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'logbook-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const first = 'CREATE TABLE a (id INTEGER PRIMARY KEY) STRICT'
const second = 'ALTER TABLE a ADD COLUMN name TEXT'

describe('a database file', () => {
  it('is made with its folders and brought up to date, once', () => {
    const file = join(folder, 'deep', 'down.sqlite')
    openDatabase({ file, migrations: [first], durability: 'normal' }).close()
    const db = openDatabase({ file, migrations: [first, second], durability: 'normal' })
    db.exec("INSERT INTO a (name) VALUES ('x')")
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

  it('of a newer release is left alone', () => {
    const file = join(folder, 'a.sqlite')
    openDatabase({ file, migrations: [first, second], durability: 'normal' }).close()
    expect(() => openDatabase({ file, migrations: [first], durability: 'normal' })).toThrow(/newer Logbook/)
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
