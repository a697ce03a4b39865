import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { commentTombstone } from '@logbook/contracts/events/comments.ts'
import { commentForPublic, type PublicComment } from '@logbook/contracts/http/comments.ts'
import { ownCommentsProjection } from './own-comments.ts'
import { portraitsProjection } from './portraits.ts'
import { readersProjection } from './readers.ts'
import type { Touched } from './touched.ts'
import { votesProjection } from './votes.ts'

export interface Erased {
  /** The items that look different to readers now. */
  touched: Touched[]
  /** True if there were rows of the person; never in a file that is built after the erasure. */
  wasHeld: boolean
}

interface CommentState {
  id: string
  position: number
  public: string
}

interface PostState {
  id: string
  position: number
  head: string
}

/** The tombstone of a comment: its place in the thread without its text. */
export const tombstoneOf = (text: string): string => {
  const { id, postId, parentId, createdAt } = JSON.parse(text) as PublicComment
  const tombstone = commentTombstone({ id, postId, parentId, authorId: null, createdAt })
  return JSON.stringify(commentForPublic(tombstone))
}

const namelessHead = (head: string): string =>
  JSON.stringify({ ...JSON.parse(`{${head}}`), authorName: null }).slice(1, -1)

const commentStatements = (db: Database) => ({
  ofPerson: db.prepare<[string], { id: string; postId: string }>(
    'SELECT id, post_id AS postId FROM comment WHERE person_id = ? ORDER BY first_position',
  ),
  // The change is at this position, so that watchers that return later get it.
  keep: db.prepare<[number, string, number]>(
    'INSERT INTO comment_past SELECT *, ? FROM comment WHERE person_id = ? AND position < ?',
  ),
  move: db.prepare<[number, string, number]>(
    'UPDATE comment SET position = ? WHERE person_id = ? AND position < ?',
  ),
  states: (['comment', 'comment_past'] as const).map((table) => ({
    held: db.prepare<[string], CommentState>(
      `SELECT id, position, public FROM ${table} WHERE person_id = ? AND status <> 'deleted'`,
    ),
    bury: db.prepare<[string, string, number]>(
      `UPDATE ${table} SET status = 'deleted', public = ? WHERE id = ? AND position = ?`,
    ),
  })),
})

const postStatements = (db: Database) => ({
  ofPerson: db.prepare<[string], { postId: string }>(
    'SELECT id AS postId FROM post WHERE person_id = ? ORDER BY id',
  ),
  states: (['post', 'post_past'] as const).map((table) => ({
    held: db.prepare<[string], PostState>(
      `SELECT id, position, head FROM ${table} WHERE person_id = ? AND author_slug IS NOT NULL`,
    ),
    blank: db.prepare<[string, string, number]>(
      `UPDATE ${table} SET author_slug = NULL, head = ? WHERE id = ? AND position = ?`,
    ),
  })),
})

/** Removes a person from present and past rows: their comments become tombstones, their posts lose the name. */
export const personEraser = (db: Database) => {
  const comments = commentStatements(db)
  const posts = postStatements(db)
  const ownComments = ownCommentsProjection(db)
  const votes = votesProjection(db)
  const portraits = portraitsProjection(db)
  const readers = readersProjection(db)
  return (personId: string, position: number): Erased => {
    let held = ownComments.erasePerson(personId) + votes.erasePerson(personId) + readers.erasePerson(personId)
    held += portraits.erasePerson(personId, position)
    for (const { held: find, bury } of comments.states)
      for (const state of find.all(personId))
        held += bury.run(tombstoneOf(state.public), state.id, state.position).changes
    comments.keep.run(position, personId, position)
    comments.move.run(position, personId, position)
    for (const { held: find, blank } of posts.states)
      for (const state of find.all(personId))
        held += blank.run(namelessHead(state.head), state.id, state.position).changes
    const commented = comments.ofPerson.all(personId).map(({ id, postId }) => ({ postId, commentId: id }))
    return { touched: [...commented, ...posts.ofPerson.all(personId)], wasHeld: held > 0 }
  }
}
