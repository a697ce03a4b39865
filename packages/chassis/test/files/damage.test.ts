import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openDatabase } from '../../src/files/sqlite.ts'
import { temporaryFolder } from '../../src/testing/temporary-folder.ts'

const migrations = ['CREATE TABLE a (id INTEGER PRIMARY KEY, text TEXT) STRICT']

const rowsIn = (wanted: Pick<Parameters<typeof openDatabase>[0], 'file' | 'durability' | 'isSetAside'>) => {
  const db = openDatabase({ ...wanted, migrations })
  const count = db.prepare('SELECT count(*) FROM a').pluck().get()
  db.close()
  return count
}

/** A file that is no database any more. */
const overwritten = (): string => {
  const file = join(temporaryFolder(), 'a.sqlite')
  writeFileSync(file, Buffer.alloc(8_192, 'Z'))
  return file
}

it('a file that is no database is begun again where the log rebuilds it, and refused where it is the truth', () => {
  expect(rowsIn({ file: overwritten(), durability: 'normal' })).toBe(0)
  expect(() => rowsIn({ file: overwritten(), durability: 'full' })).toThrow(/is damaged.*Restore a backup/)
})

it('a file without which a service can begin is kept beside the new one where it is damaged', () => {
  const file = overwritten()
  expect(rowsIn({ file, durability: 'full', isSetAside: true })).toBe(0)
  expect(readdirSync(join(file, '..')).filter((name) => name.startsWith('a.sqlite.damaged-'))).toHaveLength(1)
})

it('a view that turns out to be damaged while it is read ends the process, and the next start begins it again', async () => {
  const file = join(temporaryFolder(), 'view.sqlite')
  const child = fork(join(import.meta.dirname, '../fixtures/read-damaged.ts'), [file], { stdio: 'pipe' })
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const ended = once(child, 'close')
  expect(await once(child, 'message')).toContain('still there')
  expect((await ended)[0]).toBe(1)
  expect(said).toContain(`${file} is damaged, and is begun again at the next start`)
  expect(existsSync(`${file}.damaged`)).toBe(true)
  expect(rowsIn({ file, durability: 'normal' })).toBe(0)
  expect(existsSync(`${file}.damaged`)).toBe(false)
})
