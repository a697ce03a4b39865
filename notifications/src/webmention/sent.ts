import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { SentMention } from '@logbook/contracts/http/notifications.ts'

export const sentTables = `
  -- Pages elsewhere that were told that a post links to them, and what became of it. source is the address of the post that they were
  -- first told; endpoint is where they were told last.
  CREATE TABLE sent_mention (
    post_id TEXT NOT NULL, target TEXT NOT NULL, source TEXT NOT NULL, endpoint TEXT, status TEXT NOT NULL, reason TEXT,
    at TEXT NOT NULL, PRIMARY KEY (post_id, target)
  ) STRICT, WITHOUT ROWID;
`

/** A page that a post links to, or did. */
export interface KnownTarget {
  target: string
  source: string
  endpoint: string | null
}

export type SentMentions = ReturnType<typeof sentMentions>

/** The pages that posts link to, in the file of the outbox. */
export const sentMentions = (db: Database) => {
  const add = db.prepare<[string, string, string, string]>(
    `INSERT INTO sent_mention (post_id, target, source, status, at) VALUES (?, ?, ?, 'waiting', ?)
     ON CONFLICT DO UPDATE SET status = 'waiting', reason = NULL, at = excluded.at`,
  )
  const note = db.prepare(
    `UPDATE sent_mention SET status = @status, reason = @reason, endpoint = coalesce(@endpoint, endpoint), at = @at
     WHERE post_id = @postId AND target = @target`,
  )
  const all = db.prepare<[string], KnownTarget>(
    'SELECT target, source, endpoint FROM sent_mention WHERE post_id = ? ORDER BY target',
  )
  const one = db.prepare<[string, string], KnownTarget>(
    'SELECT target, source, endpoint FROM sent_mention WHERE post_id = ? AND target = ?',
  )
  const list = db.prepare<[string], SentMention>(
    'SELECT target, status, reason, at FROM sent_mention WHERE post_id = ? ORDER BY at DESC, target',
  )
  return {
    /** Those that the post linked to before, and is known to have told. */
    of: (postId: string): KnownTarget[] => all.all(postId),
    one: (postId: string, target: string): KnownTarget | undefined => one.get(postId, target),
    begin: (postId: string, { target, source }: Omit<KnownTarget, 'endpoint'>, at: string): void =>
      void add.run(postId, target, source, at),
    note: (
      outcome: { postId: string; target: string; endpoint: string | null } & Omit<SentMention, 'target'>,
    ): void => void note.run(outcome),
    list: (postId: string): SentMention[] => list.all(postId),
  }
}
