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

/** A comment that nobody else may read, as its author sees it; undefined where there is nothing to see, or no author. */
const ownOf = ({ data }: Event): PublicComment | undefined => {
  const state = commentStateOf(data)
  const isOthers = state.status === 'deleted' || state.status === 'approved' || state.authorId === null
  return isOthers ? undefined : commentForWriter(state)
}

/** Texts that are their authors' alone: gone as soon as there is another, or everybody may read it, or nobody any more. */
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
    /** Writes what a comment has become. `wasHidden` is false where there can't be a row of it. */
    write(event: Event, { wasHidden }: { wasHidden: boolean }): void {
      const { id, postId, authorId } = event.data
      const own = ownOf(event)
      if (own && authorId !== null) put.run(id, postId, authorId, event.position, JSON.stringify(own))
      else if (wasHidden) remove.run(id)
    },
    /** A person's own below a post, each as JSON, the latest change first. */
    of: ({ personId, postId, limit }: { personId: string; postId: string; limit: number }): string[] =>
      of.all(personId, postId, limit),
    /** Which of these comments are a person's, whoever may read them. */
    among: (personId: string, ids: readonly string[]): ReadonlySet<string> =>
      new Set(among.all(personId, JSON.stringify(ids))),
    /** Why these comments were held or not published, by id. For moderators alone. */
    reasons: (ids: readonly string[]): ReadonlyMap<string, string> =>
      new Map(reasons.all(JSON.stringify(ids)).map(({ id, reason }) => [id, reason])),
    /** How many there were. */
    erasePerson: (personId: string): number => erase.run(personId).changes,
  }
}
