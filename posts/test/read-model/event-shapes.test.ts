import { join } from 'node:path'
import { openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { eventTypes } from '@logbook/contracts/events/catalog.ts'
import { eventShapes } from '@logbook/contracts/events/shapes.ts'
import { currentDataVersion } from '@logbook/contracts/events/upcast.ts'
import { expect, it } from 'vitest'

const table = 'CREATE TABLE post (body TEXT NOT NULL) STRICT'

it('the schema of posts names the shape of every event', () => {
  for (const type of eventTypes) expect(eventShapes).toContain(`${type} ${currentDataVersion(type)}`)
})

it('a file whose rows were made from events of an older shape is rebuilt', () => {
  const folder = temporaryFolder()
  const file = join(folder, 'posts.sqlite')
  const rowsWith = (shapes: string): number => {
    const db = openDatabase({ file, migrations: [table, shapes], durability: 'normal' })
    const count = db.prepare<[], number>('SELECT count(*) FROM post').pluck().get() ?? 0
    db.exec("INSERT INTO post VALUES ('{}')")
    db.close()
    return count
  }
  expect(rowsWith(eventShapes)).toBe(0)
  expect(rowsWith(eventShapes)).toBe(1)
  expect(rowsWith(eventShapes.replace(/PostUpdated \d+/, 'PostUpdated 99'))).toBe(0)
})
