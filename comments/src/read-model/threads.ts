import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { commentStateOf, commentTombstone } from '@logbook/contracts/events/comments.ts'
import type { PostState } from '@logbook/contracts/events/posts.ts'
import { commentForPublic, type PublicComment } from '@logbook/contracts/http/comments.ts'

export interface ThreadEntry {
  body: string
  seq: number
}

interface OneComment {
  body: string
  authorId: string | null
  /** For its writer and moderators alone. */
  reason: string | null
  version: number
  deleted: number
}

const statements = (db: Database) => ({
  put: db.prepare<
    [string, string, string | null, string | null, number, number, number, string, string | null]
  >(
    `INSERT INTO comment (id, post_id, parent_id, person_id, deleted, seq, version, body, reason)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET deleted = excluded.deleted, version = excluded.version, body = excluded.body,
       reason = excluded.reason
     WHERE excluded.version > version`,
  ),
  putPost: db.prepare<[string, string, number]>(
    `INSERT INTO post (id, status, version) VALUES (?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET status = excluded.status, version = excluded.version WHERE excluded.version > version`,
  ),
  postStatus: db.prepare<[string], PostState['status']>('SELECT status FROM post WHERE id = ?').pluck(),
  livesOf: db
    .prepare<[string], string>('SELECT body FROM comment WHERE person_id = ? AND deleted = 0')
    .pluck(),
  bury: db.prepare<[string, string]>('UPDATE comment SET deleted = 1, body = ?, reason = NULL WHERE id = ?'),
  one: db.prepare<[string], OneComment>(
    'SELECT body, person_id AS authorId, reason, version, deleted FROM comment WHERE id = ?',
  ),
  postOf: db.prepare<[string], string>('SELECT post_id FROM comment WHERE id = ?').pluck(),
  // A deleted comment stays as long as something below it, through deleted ones only, is still there. UNION rather than
  // UNION ALL ends even where forged events made a comment its own ancestor.
  page: db.prepare<[string, number, number], ThreadEntry>(
    `SELECT body, seq FROM comment AS c WHERE post_id = ? AND seq > ? AND (deleted = 0 OR EXISTS (
       WITH RECURSIVE below (id, deleted) AS (
         SELECT id, deleted FROM comment WHERE parent_id = c.id
         UNION SELECT child.id, child.deleted FROM comment AS child JOIN below ON child.parent_id = below.id
           WHERE below.deleted = 1
       ) SELECT 1 FROM below WHERE deleted = 0
     )) ORDER BY seq LIMIT ?`,
  ),
})

type Summary = LogbookEvent<'CommentCreated' | 'CommentUpdated'>

export type Threads = ReturnType<typeof threadsOf>

/** Every thread as everyone may see it, in a file with `migrations`. */
export const threadsOf = (db: Database) => {
  const sql = statements(db)
  return {
    applyPost: ({ data, version }: LogbookEvent<'PostCreated' | 'PostUpdated'>): void =>
      void sql.putPost.run(data.id, data.status, version),
    applyComment({ data, position, version }: Summary): void {
      const state = commentStateOf(data)
      const { id, postId, parentId, authorId, status } = state
      const deleted = status === 'deleted' ? 1 : 0
      const body = JSON.stringify(commentForPublic(state))
      const reason = state.status === 'deleted' ? null : state.reason
      sql.put.run(id, postId, parentId, authorId, deleted, position, version, body, reason)
    },
    /** Leaves of a person's comments their places. True if there was any. */
    erasePerson(personId: string): boolean {
      const bodies = sql.livesOf.all(personId)
      for (const body of bodies) {
        const comment = JSON.parse(body) as PublicComment
        const tombstone = commentTombstone({ ...comment, authorId: personId })
        sql.bury.run(JSON.stringify(commentForPublic(tombstone)), comment.id)
      }
      return bodies.length > 0
    },
    postStatus: (id: string) => sql.postStatus.get(id),
    one: (id: string) => sql.one.get(id),
    /** The post that a comment stands under, deleted or not. */
    postOf: (id: string) => sql.postOf.get(id),
    /** In the order of the log, so that a reply stands after what it answers. */
    page: ({ postId, after, limit }: { postId: string; after: number; limit: number }) =>
      sql.page.all(postId, after, limit),
  }
}
