import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'

export const voteTables = `
  -- Who voted how; 0 once it is withdrawn, so that an older vote does not bring it back. Only who voted is told.
  CREATE TABLE vote (
    person_id TEXT NOT NULL, comment_id TEXT NOT NULL, value INTEGER NOT NULL, version INTEGER NOT NULL,
    PRIMARY KEY (person_id, comment_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX vote_comment ON vote (comment_id) WHERE value <> 0;
`

const values = { CommentUpvoted: 1, CommentDownvoted: -1, CommentVoteWithdrawn: 0 } as const

export type VoteEvent = LogbookEvent<keyof typeof values>

export const isVote = (event: LogbookEvent): event is VoteEvent => Object.hasOwn(values, event.type)

/** The last vote of each person on each comment. */
export const votesProjection = (db: Database) => {
  const put = db.prepare<[string, string, number, number]>(
    `INSERT INTO vote (person_id, comment_id, value, version) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET value = excluded.value, version = excluded.version WHERE excluded.version > version`,
  )
  const among = db.prepare<[string, string], { id: string; value: 1 | -1 }>(
    `SELECT comment_id AS id, value FROM vote
     WHERE person_id = ? AND value <> 0 AND comment_id IN (SELECT value FROM json_each(?))`,
  )
  const marked = db
    .prepare<[string, string, number], string>(
      `SELECT post_id FROM comment WHERE person_id = ?
       UNION SELECT post_id FROM vote JOIN comment ON id = comment_id WHERE vote.person_id = ? AND value <> 0 LIMIT ?`,
    )
    .pluck()
  const erase = db.prepare<[string]>('DELETE FROM vote WHERE person_id = ?')
  return {
    apply({ type, version, data: { id, voterId } }: VoteEvent): void {
      put.run(voterId, id, values[type], version)
    },
    /** The votes of a person on these comments, by id. */
    among: (personId: string, ids: readonly string[]): Map<string, 1 | -1> =>
      new Map(among.all(personId, JSON.stringify(ids)).map(({ id, value }) => [id, value])),
    /** Ids of at most `limit` posts below which a person has comments or votes. */
    markedPosts: (personId: string, limit: number): string[] => marked.all(personId, personId, limit),
    /** Returns the number of removed rows. */
    erasePerson: (personId: string): number => erase.run(personId).changes,
  }
}
