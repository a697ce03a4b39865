import { openDatabase } from '@logbook/chassis/files/sqlite.ts'
import {
  deletedUpdated,
  examplePostId,
  postCreated,
  postUpdated,
  slugReserved,
} from '@logbook/contracts/examples/posts.ts'
import { expect, it } from 'vitest'
import type { PostEvent } from '../../src/domain/post.ts'
import { createPostList } from '../../src/read-model/post-list.ts'
import { migrations } from '../../src/read-model/tables.ts'

it('a repeated or late event changes nothing in the list', () => {
  const db = openDatabase({ file: ':memory:', migrations, durability: 'normal' })
  const list = createPostList(db)
  const events: PostEvent[] = [
    postCreated({}, { position: 1 }),
    slugReserved({}, { position: 2 }),
    postUpdated({ title: 'Later' }, { position: 3, version: 3 }),
    deletedUpdated({}, { position: 4, version: 5 }),
  ]
  const rows = () => [db.prepare('SELECT * FROM post').all(), db.prepare('SELECT * FROM slug').all()]
  for (const [index, event] of events.entries()) {
    list.apply(event)
    const after = rows()
    for (const earlier of events.slice(0, index + 1).toReversed()) list.apply(earlier)
    expect(rows()).toEqual(after)
  }
  expect(list.one(examplePostId)).toMatchObject({ status: 'deleted', version: 5 })
  expect(list.page({ limit: 1 })).toEqual({ entries: [], more: false })
})
