import type { Database } from '@logbook/chassis/sqlite.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import type { PublicComment } from '@logbook/contracts/http/comments.ts'
import { epochMs } from './posts.ts'

export const commentTables = `
  -- Every comment, as the public may see it: a text that is not approved is never written here.
  CREATE TABLE comment (
    id TEXT PRIMARY KEY, post_id TEXT NOT NULL, parent_id TEXT, status TEXT NOT NULL,
    created_ms INTEGER NOT NULL, first_position INTEGER NOT NULL,
    version INTEGER NOT NULL, position INTEGER NOT NULL,
    -- The comment as JSON, ready to be sent.
    public TEXT NOT NULL
  ) STRICT;
  CREATE INDEX comment_thread ON comment (post_id, created_ms, first_position, status);
`

export type CommentEvent = LogbookEvent<'CommentCreated' | 'CommentUpdated'>

/** A comment as its row holds it; `public` is the JSON of a `PublicComment`. */
export interface CommentRow {
  id: string
  parentId: string | null
  status: PublicComment['status']
  public: string
}

/** What the public may see of a comment after this event. */
export const publicOf = ({ type, data }: Pick<CommentEvent, 'type' | 'data'>): PublicComment => {
  const { id, postId, parentId, createdAt } = data
  const base = { id, postId, parentId, createdAt, score: 0, promoted: false, revision: 1, editedAt: null }
  const nothing = { author: null, content: null, reason: null }
  if (data.status === 'deleted' || data.erased) return { ...base, ...nothing, status: 'deleted' }
  if (type === 'CommentCreated') return { ...base, ...nothing, status: 'pending' }
  const { status, author, content, reason, score, promoted, revision, editedAt } = data as Extract<
    CommentEvent,
    { type: 'CommentUpdated' }
  >['data'] & { status: Exclude<PublicComment['status'], 'deleted'> }
  const shown =
    status === 'approved'
      ? { author: author && { name: author.name, url: author.url }, content }
      : { author: null, content: null }
  return { ...base, ...shown, status, reason, score, promoted, revision, editedAt }
}

/** A row to be written; of several for one comment in a page, the newest with the place of the first. */
interface Gathered {
  postId: string
  parentId: string | null
  status: PublicComment['status']
  createdMs: number
  firstPosition: number
  version: number
  position: number
  json: string
}

type Values = [string, string, string | null, string, number, number, number, number, string]

const statements = (db: Database) => ({
  // A comment stays with the post that it was written on, whatever an event says later.
  upsert: db.prepare<Values>(
    `INSERT INTO comment (id, post_id, parent_id, status, created_ms, first_position, version, position, public)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET
         status = excluded.status, version = excluded.version, position = excluded.position, public = excluded.public
       WHERE excluded.version > comment.version AND excluded.post_id = comment.post_id
         AND excluded.parent_id IS comment.parent_id`,
  ),
  thread: db.prepare<[string, number], CommentRow>(
    `SELECT id, parent_id AS parentId, status, public FROM comment WHERE post_id = ?
       ORDER BY created_ms, first_position LIMIT ?`,
  ),
  latest: db
    .prepare<[string, number], string>(
      `SELECT public FROM comment WHERE post_id = ? AND status = 'approved'
         ORDER BY created_ms DESC, first_position DESC LIMIT ?`,
    )
    .pluck(),
  count: db
    .prepare<[string], number>("SELECT count(*) FROM comment WHERE post_id = ? AND status = 'approved'")
    .pluck(),
  one: db.prepare<[string], { position: number; public: string }>(
    'SELECT position, public FROM comment WHERE id = ?',
  ),
  since: db.prepare<[string, number, number], { position: number; public: string }>(
    'SELECT position, public FROM comment WHERE post_id = ? AND position > ? ORDER BY position LIMIT ?',
  ),
})

/** The comments: one row each, its public JSON prepared. */
export const commentsProjection = (db: Database) => {
  const sql = statements(db)
  const gathered = new Map<string, Gathered>()

  /** The posts whose comments changed, if the row was newer than what is known. */
  const write = (id: string, row: Gathered): void => {
    const { postId, parentId, status, createdMs, firstPosition, version, position, json } = row
    const { changes } = sql.upsert.run(
      id,
      postId,
      parentId,
      status,
      createdMs,
      firstPosition,
      version,
      position,
      json,
    )
    if (changes > 0) written.push({ postId, commentId: id })
  }
  let written: { postId: string; commentId: string }[] = []

  return {
    begin(): void {
      gathered.clear()
      written = []
    },
    /** Gathers the event's row: a comment that is created and judged in one page is written once. */
    apply(event: CommentEvent): void {
      const { data, version, position } = event
      const { id, postId, parentId } = data
      const before = gathered.get(id)
      if (before && before.version >= version) return
      const sameHome = before?.postId === postId && before.parentId === parentId
      // Whether the log or a forgery moved it is for the row in the file to say.
      if (before && !sameHome) write(id, before)
      const first =
        before && sameHome ? before : { createdMs: epochMs(data.createdAt), firstPosition: position }
      const { createdMs, firstPosition } = first
      const json = JSON.stringify(publicOf(event))
      gathered.set(id, {
        postId,
        parentId,
        status: data.status,
        createdMs,
        firstPosition,
        version,
        position,
        json,
      })
    },
    /** Writes what was gathered. Returns the comments that are newer now. */
    end(): readonly { postId: string; commentId: string }[] {
      for (const [id, row] of gathered) write(id, row)
      gathered.clear()
      return written
    },
    /** In the order of creation. */
    thread: ({ postId, limit }: { postId: string; limit: number }): CommentRow[] =>
      sql.thread.all(postId, limit),
    /** The latest approved ones as JSON, oldest first. */
    latest: ({ postId, limit }: { postId: string; limit: number }): string[] =>
      sql.latest.all(postId, limit).reverse(),
    countApproved: (postId: string): number => sql.count.get(postId) ?? 0,
    one: (id: string) => sql.one.get(id),
    /** Those that changed after a position, in the order of their latest change. */
    since: ({ postId, after, limit }: { postId: string; after: number; limit: number }) =>
      sql.since.all(postId, after, limit),
  }
}

export type Comments = ReturnType<typeof commentsProjection>
