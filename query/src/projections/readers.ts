import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { limits } from '../limits.ts'

export const memberTables = `
  -- People with an account. Guests and authors of what was imported have none.
  CREATE TABLE member (person_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
`

/** What a person did on a post, by its id: commented, or only voted on comments. */
export type Acts = ReadonlyMap<string, 'commented' | 'voted'>

const { commentsMax, actsMax, peopleMax } = limits.related

const reading = (db: Database) => ({
  writers: db
    .prepare<[string, number], string>(
      `SELECT person_id FROM (
         SELECT person_id, created_ms, first_position FROM comment WHERE post_id = ? AND status = 'approved'
         ORDER BY created_ms DESC, first_position DESC LIMIT ?
       ) AS said JOIN member USING (person_id) ORDER BY created_ms DESC, first_position DESC`,
    )
    .pluck(),
  voters: db
    .prepare<[string, number, number], string>(
      `SELECT vote.person_id FROM (
         SELECT id, created_ms, first_position FROM comment WHERE post_id = ? AND status = 'approved'
         ORDER BY created_ms DESC, first_position DESC LIMIT ?
       ) AS said CROSS JOIN vote ON vote.comment_id = said.id AND value <> 0 JOIN member ON member.person_id = vote.person_id
       ORDER BY created_ms DESC, first_position DESC, vote.person_id LIMIT ?`,
    )
    .pluck(),
  commented: db
    .prepare<[string, number], string>(
      `SELECT post_id FROM comment WHERE person_id = ? AND status = 'approved' ORDER BY first_position DESC LIMIT ?`,
    )
    .pluck(),
  voted: db
    .prepare<[string, number], string>(
      `SELECT post_id FROM (SELECT comment_id FROM vote WHERE person_id = ? AND value <> 0 ORDER BY comment_id DESC LIMIT ?)
       JOIN comment ON comment.id = comment_id AND comment.status = 'approved'`,
    )
    .pluck(),
  author: db.prepare<[string], string | null>('SELECT person_id FROM post WHERE id = ?').pluck(),
})

/** Who took part below which posts: people with an account who commented or voted there. Of hidden comments nothing counts. */
export const readersProjection = (db: Database) => {
  const sql = reading(db)
  const add = db.prepare<[string]>('INSERT INTO member (person_id) VALUES (?) ON CONFLICT DO NOTHING')
  const isMember = db.prepare<[string], 1>('SELECT 1 FROM member WHERE person_id = ?').pluck()
  const erase = db.prepare<[string]>('DELETE FROM member WHERE person_id = ?')
  return {
    apply({ data: { id } }: LogbookEvent<'UserRegistered'>): void {
      add.run(id)
    },
    /** The people who took part below a post, the latest first; a bounded number. */
    of(postId: string): string[] {
      const people = new Set(sql.writers.all(postId, commentsMax))
      for (const voter of sql.voters.all(postId, commentsMax, peopleMax)) people.add(voter)
      return [...people].slice(0, peopleMax)
    },
    /** The latest posts on which a person took part; none for a guest. */
    actsOf(personId: string): Acts {
      if (isMember.get(personId) === undefined) return new Map()
      return new Map([
        ...sql.voted.all(personId, actsMax).map((id) => [id, 'voted'] as const),
        ...sql.commented.all(personId, actsMax).map((id) => [id, 'commented'] as const),
      ])
    },
    /** The author of a post, who is no reader of it. */
    authorOf: (postId: string): string | null => sql.author.get(postId) ?? null,
    /** Returns the number of removed rows. */
    erasePerson: (personId: string): number => erase.run(personId).changes,
  }
}

export type Readers = ReturnType<typeof readersProjection>
