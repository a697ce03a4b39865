import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { MentionAnswer } from '@logbook/contracts/http/notifications.ts'
import { limits } from './limits.ts'

/** A mention that was sent to this blog. Its id follows from its source and the post. */
export interface ReceivedMention {
  id: string
  source: string
  target: string
  postId: string
  authorId: string
}

export interface DueMention extends ReceivedMention {
  host: string
  attempts: number
  /** Rises each time it is sent: what was found for an earlier one does not end it. */
  sent: number
}

/** What became of one. `reason` is a sentence. */
export interface Settled {
  status: Exclude<MentionAnswer['status'], 'waiting'>
  reason: string | null
}

export const receivedTables = `
  -- Webmentions that were sent to this blog, with what became of them. due_ms in ms since 1970; host is that of the source.
  CREATE TABLE received_mention (
    id TEXT PRIMARY KEY, source TEXT NOT NULL, target TEXT NOT NULL, host TEXT NOT NULL, post_id TEXT NOT NULL,
    author_id TEXT NOT NULL, status TEXT NOT NULL, reason TEXT, attempts INTEGER NOT NULL, sent INTEGER NOT NULL,
    due_ms INTEGER NOT NULL, received_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX received_mention_due ON received_mention (due_ms) WHERE status = 'waiting';
  CREATE INDEX received_mention_host ON received_mention (host) WHERE status = 'waiting';
  CREATE INDEX received_mention_age ON received_mention (received_ms);
  CREATE INDEX received_mention_author ON received_mention (author_id);
`

const statements = (db: Database) => ({
  put: db.prepare(
    `INSERT INTO received_mention (id, source, target, host, post_id, author_id, status, attempts, sent, due_ms, received_ms)
     VALUES (@id, @source, @target, @host, @postId, @authorId, 'waiting', 0, 1, @nowMs, @nowMs)
     ON CONFLICT DO UPDATE SET target = @target, status = 'waiting', reason = NULL, attempts = 0, sent = sent + 1,
       due_ms = @nowMs, received_ms = @nowMs`,
  ),
  waiting: db.prepare<[], number>("SELECT count(*) FROM received_mention WHERE status = 'waiting'").pluck(),
  waitingOf: db
    .prepare<[string], number>("SELECT count(*) FROM received_mention WHERE status = 'waiting' AND host = ?")
    .pluck(),
  isWaiting: db
    .prepare<[string], number>("SELECT count(*) FROM received_mention WHERE status = 'waiting' AND id = ?")
    .pluck(),
  next: db.prepare<[number, string], DueMention>(
    `SELECT id, source, target, host, post_id AS postId, author_id AS authorId, attempts, sent FROM received_mention
     WHERE status = 'waiting' AND due_ms <= ? AND host NOT IN (SELECT value FROM json_each(?)) ORDER BY due_ms LIMIT 1`,
  ),
  nextMs: db
    .prepare<[], number | null>("SELECT min(due_ms) FROM received_mention WHERE status = 'waiting'")
    .pluck(),
  settle: db.prepare<[string, string | null, string, number]>(
    'UPDATE received_mention SET status = ?, reason = ? WHERE id = ? AND sent = ?',
  ),
  later: db.prepare<[number, string, number]>(
    'UPDATE received_mention SET attempts = attempts + 1, due_ms = ? WHERE id = ? AND sent = ?',
  ),
  read: db.prepare<[string], MentionAnswer>(
    'SELECT status, source, target, reason FROM received_mention WHERE id = ?',
  ),
  prune: db.prepare<[number]>("DELETE FROM received_mention WHERE status <> 'waiting' AND received_ms < ?"),
})

const dayMs = 86_400_000

export type ReceivedMentions = ReturnType<typeof receivedMentions>

/** The mentions that wait to be fetched, in the file of the outbox: what is answered with 202 survives a crash. */
export const receivedMentions = (db: Database) => {
  const sql = statements(db)
  return {
    /** False if too many wait, of all hosts or of this one. The same mention again is fetched again. */
    add(mention: ReceivedMention, nowMs: number): boolean {
      const { host } = new URL(mention.source)
      const isNew = sql.isWaiting.get(mention.id) === 0
      const isFull =
        (sql.waiting.get() ?? 0) >= limits.waitingMax ||
        (sql.waitingOf.get(host) ?? 0) >= limits.waitingPerHostMax
      if (isNew && isFull) return false
      sql.put.run({ ...mention, host, nowMs })
      return true
    },
    /** The one to be fetched next, except of the hosts that are busy. */
    next: (nowMs: number, busy: readonly string[]): DueMention | undefined =>
      sql.next.get(nowMs, JSON.stringify(busy)),
    nextMs: (): number | undefined => sql.nextMs.get() ?? undefined,
    settle: ({ id, sent }: DueMention, { status, reason }: Settled): void =>
      void sql.settle.run(status, reason, id, sent),
    later: ({ id, sent }: DueMention, dueMs: number): void => void sql.later.run(dueMs, id, sent),
    read: (id: string): MentionAnswer | undefined => sql.read.get(id),
    prune: (nowMs: number): void => void sql.prune.run(nowMs - limits.statusDaysMax * dayMs),
  }
}
