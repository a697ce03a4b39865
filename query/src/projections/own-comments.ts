import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { commentStateOf } from '@logbook/contracts/events/comments.ts'
import { commentForWriter, type PublicComment } from '@logbook/contracts/http/comments.ts'

export const ownTables = `
  -- The latest text of a comment that waits or was not published, as JSON. Only what its author is answered is read from here.
  CREATE TABLE own_text (
    id TEXT PRIMARY KEY, post_id TEXT NOT NULL, person_id TEXT NOT NULL, position INTEGER NOT NULL, body TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX own_text_person ON own_text (person_id, post_id, position);
`

type Event = Pick<LogbookEvent<'CommentCreated' | 'CommentUpdated'>, 'type' | 'data' | 'position'>

/** A hidden comment as its author sees it; undefined for one that is public, has no text or no author. */
const ownOf = ({ data }: Event): PublicComment | undefined => {
  const state = commentStateOf(data)
  const isOthers = state.status === 'deleted' || state.status === 'approved' || state.authorId === null
  return isOthers ? undefined : commentForWriter(state)
}

/** Hidden texts for their authors: removed when the text is replaced, published or deleted. */
export const ownCommentsProjection = (db: Database) => {
  const remove = db.prepare<[string]>('DELETE FROM own_text WHERE id = ?')
  const put = db.prepare<[string, string, string, number, string]>(
    'INSERT OR REPLACE INTO own_text (id, post_id, person_id, position, body) VALUES (?, ?, ?, ?, ?)',
  )
  const of = db
    .prepare<[string, string, number], string>(
      'SELECT body FROM own_text WHERE person_id = ? AND post_id = ? ORDER BY position DESC LIMIT ?',
    )
    .pluck()
  const among = db
    .prepare<[string, string], string>(
      'SELECT id FROM comment WHERE person_id = ? AND id IN (SELECT value FROM json_each(?))',
    )
    .pluck()
  const reasons = db.prepare<[string], { id: string; reason: string }>(
    `SELECT id, body ->> '$.reason' AS reason FROM own_text
     WHERE id IN (SELECT value FROM json_each(?)) AND reason IS NOT NULL`,
  )
  const erase = db.prepare<[string]>('DELETE FROM own_text WHERE person_id = ?')
  return {
    /** Writes the present state of a comment. `wasHidden` is false if there can be no row of it. */
    write(event: Event, { wasHidden }: { wasHidden: boolean }): void {
      const { id, postId, authorId } = event.data
      const own = ownOf(event)
      if (own && authorId !== null) put.run(id, postId, authorId, event.position, JSON.stringify(own))
      else if (wasHidden) remove.run(id)
    },
    /** The hidden comments of a person below a post, each as JSON, latest change first. */
    of: ({ personId, postId, limit }: { personId: string; postId: string; limit: number }): string[] =>
      of.all(personId, postId, limit),
    /** The ids among these that are comments of a person, hidden or not. */
    among: (personId: string, ids: readonly string[]): ReadonlySet<string> =>
      new Set(among.all(personId, JSON.stringify(ids))),
    /** The reasons why these comments were held or rejected, by id. For moderators alone. */
    reasons: (ids: readonly string[]): ReadonlyMap<string, string> =>
      new Map(reasons.all(JSON.stringify(ids)).map(({ id, reason }) => [id, reason])),
    /** Returns the number of removed rows. */
    erasePerson: (personId: string): number => erase.run(personId).changes,
  }
}
