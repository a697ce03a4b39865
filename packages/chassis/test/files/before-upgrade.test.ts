import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { copyBeforeUpgrade, type Upgrade, upgradesTo } from '../../src/files/before-upgrade.ts'
import { openDatabase, openReadOnly } from '../../src/files/sqlite.ts'
import { temporaryFolder } from '../../src/testing/temporary-folder.ts'

let folder: string
beforeEach(() => {
  folder = temporaryFolder()
})

const schema = (version: number): string[] => [
  'CREATE TABLE a (id INTEGER PRIMARY KEY) STRICT',
  ...Array.from({ length: version - 1 }, (_, n) => `ALTER TABLE a ADD COLUMN c${n} TEXT`),
]

/** Opens the file as the release with so many migrations does, and returns what it tells. */
const openAs = (
  version: number,
  run: (db: ReturnType<typeof openDatabase>) => void = () => {},
): Upgrade[] => {
  const told: Upgrade[] = []
  const db = openDatabase({
    file: join(folder, 'a.sqlite'),
    migrations: schema(version),
    durability: 'full',
    exclusive: true,
    onUpgrade: (upgrade) => told.push(upgrade),
  })
  run(db)
  db.close()
  return told
}
const copies = () => readdirSync(folder).filter((name) => name.includes('before'))

describe('a file of an earlier schema', () => {
  it('is copied as it was before it is changed, and this is told; a new or present one is not', () => {
    expect(openAs(1, (db) => db.exec('INSERT INTO a DEFAULT VALUES'))).toEqual([])
    expect(openAs(1)).toEqual([])
    const copy = join(folder, 'a.sqlite.before-schema-3')
    expect(openAs(3)).toEqual([{ file: join(folder, 'a.sqlite'), from: 1, to: 3, copy }])
    const before = openReadOnly(copy)
    expect(before.pragma('user_version', { simple: true })).toBe(1)
    expect(before.prepare('SELECT * FROM a').all()).toEqual([{ id: 1 }])
    before.close()
    expect(statSync(copy).mode & 0o077).toBe(0)
    // The way back: the release from before opens it.
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, `a.sqlite${suffix}`), { force: true })
    openDatabase({ file: copy, migrations: schema(1), durability: 'full' }).close()
  })

  it('leaves two such copies at most, those of the latest', () => {
    for (const version of [1, 2, 3, 4, 11]) openAs(version)
    expect(copies()).toEqual(['a.sqlite.before-schema-11', 'a.sqlite.before-schema-4'])
  })

  it('is not changed where the disk has no room for the copy', () => {
    openAs(1, (db) => {
      const upgrade = { file: db.name, from: 1, to: 2 }
      expect(() => copyBeforeUpgrade(db, upgrade, () => 4_096)).toThrow(/MiB are needed/)
    })
    expect(copies()).toEqual([])
    expect(openAs(2)).toMatchObject([{ from: 1, to: 2 }])
  })

  it('is told of in the log of its service', () => {
    const warn = vi.fn()
    upgradesTo({ warn })({ file: 'a', from: 1, to: 2, copy: 'b' })
    expect(warn).toHaveBeenCalledWith(
      expect.objectContaining({ from: 1, to: 2, copy: 'b' }),
      expect.any(String),
    )
  })
})
