import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { tombstoneOf } from './erase-person.ts'

export type TakeDownEvent = LogbookEvent<'PostTakenDown' | 'CommentTakenDown'>

export const isTakeDown = (event: LogbookEvent): event is TakeDownEvent =>
  event.type === 'PostTakenDown' || event.type === 'CommentTakenDown'

const postStatements = (db: Database) => ({
  past: db.prepare<[string, number]>('DELETE FROM post_past WHERE id = ? AND version < ?'),
  // The summary beside the event brings the present text, if any.
  blank: db.prepare<[string, number]>(
    `UPDATE post SET status = 'deleted', kind = '', author_slug = NULL, person_id = NULL, published_ms = 0, head = '',
       excerpt = NULL, content = '' WHERE id = ? AND version < ?`,
  ),
  tags: (['post_tag', 'post_tag_past'] as const).map((table) =>
    db.prepare<[string, number]>(`DELETE FROM ${table} WHERE post_id = ? AND position < ?`),
  ),
})

const commentStatements = (db: Database) => ({
  past: db.prepare<[string, number]>('DELETE FROM comment_past WHERE id = ? AND version < ?'),
  held: db.prepare<[string, number], { public: string }>(
    'SELECT public FROM comment WHERE id = ? AND version < ?',
  ),
  bury: db.prepare<[string, string]>("UPDATE comment SET status = 'deleted', public = ? WHERE id = ?"),
  own: db.prepare<[string, number]>('DELETE FROM own_text WHERE id = ? AND position < ?'),
})

/** Removes every earlier text of a post or a comment from present and past rows. Idempotent. */
export const textRemover = (db: Database) => {
  const posts = postStatements(db)
  const comments = commentStatements(db)
  return ({ type, version, position, data: { id } }: TakeDownEvent): void => {
    if (type === 'PostTakenDown') {
      posts.past.run(id, version)
      posts.blank.run(id, version)
      for (const tags of posts.tags) tags.run(id, position)
      return
    }
    comments.past.run(id, version)
    comments.own.run(id, position)
    const held = comments.held.get(id, version)
    if (held) comments.bury.run(tombstoneOf(held.public), id)
  }
}
