import { join } from 'node:path'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { allEvents } from '@logbook/chassis/testing/test-log.ts'
import { expect, it } from 'vitest'
import { bootPosts } from './boot.ts'

const rowsOf = (db: Database) =>
  ['post', 'slug', 'checkpoint', 'parked', 'unreadable'].map((table) =>
    db.prepare(`SELECT * FROM ${table} ORDER BY 1`).all(),
  )

it('a deleted file is rebuilt from the log with the same rows', async () => {
  const folder = temporaryFolder()
  const first = await bootPosts({ file: join(folder, 'a.sqlite') })
  const { http, bus } = first
  for (let n = 0; n < 5; n++) {
    const { body } = await http.post('/posts').send({ title: 'One' })
    await http.patch(`/posts/${body.id}`).send({ title: `T${n}`, slug: `s${n % 2}` })
    if (n % 2) await http.post(`/posts/${body.id}/unpublish`)
    if (n === 3) await http.delete(`/posts/${body.id}`)
  }
  const head = String((await allEvents(bus)).length)
  const settled = { 'Min-Position': head, Prefer: 'wait=2' }
  const list = (await http.get('/posts').set(settled)).text
  const rows = rowsOf(first.db)
  expect(rows[0]).toHaveLength(5)

  const second = await bootPosts({ bus, file: join(folder, 'b.sqlite') })
  expect((await second.http.get('/posts').set(settled)).text).toBe(list)
  expect(rowsOf(second.db)).toEqual(rows)

  await second.close()
  const third = await bootPosts({ bus, file: join(folder, 'b.sqlite') })
  expect((await third.http.get('/posts').set(settled)).text).toBe(list)
  expect(rowsOf(third.db)).toEqual(rows)
})
