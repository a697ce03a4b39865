import { openDatabase } from '@logbook/chassis/files/sqlite.ts'
import {
  commentCreated,
  commentUpdated,
  deletedCommentUpdated,
  exampleCommentId,
} from '@logbook/contracts/examples/comments.ts'
import { deletedUpdated, examplePostId, postCreated } from '@logbook/contracts/examples/posts.ts'
import { expect, it } from 'vitest'
import { migrations } from '../src/read-model/tables.ts'
import { threadsOf } from '../src/read-model/threads.ts'

const open = () => {
  const db = openDatabase({ file: ':memory:', migrations, durability: 'normal' })
  const rows = () => [db.prepare('SELECT * FROM comment').all(), db.prepare('SELECT * FROM post').all()]
  return { threads: threadsOf(db), rows }
}

it('an event that comes again, or after its time, changes nothing', () => {
  const { threads, rows } = open()
  const events = [
    commentCreated({}, { position: 2, version: 1 }),
    commentUpdated({}, { position: 3, version: 2 }),
    commentUpdated({ status: 'rejected' }, { position: 4, version: 3 }),
    deletedCommentUpdated({}, { position: 5, version: 5 }),
  ]
  for (const [index, event] of events.entries()) {
    threads.applyComment(event)
    const after = rows()
    for (const earlier of events.slice(0, index + 1).toReversed()) threads.applyComment(earlier)
    expect(rows()).toEqual(after)
  }
  expect(threads.one(exampleCommentId)).toMatchObject({ deleted: 1, version: 5 })

  threads.applyPost(postCreated())
  threads.applyPost(deletedUpdated({}, { version: 3 }))
  threads.applyPost(postCreated())
  expect(threads.postStatus(examplePostId)).toBe('deleted')
})

it('a summary without a beginning has its place all the same', () => {
  const { threads } = open()
  threads.applyComment(commentUpdated({}, { position: 7, version: 2 }))
  const [entry] = threads.page({ postId: examplePostId, after: 0, limit: 10 })
  expect(entry).toMatchObject({ seq: 7 })
})
