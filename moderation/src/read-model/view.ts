import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { LogEntry, QueueEntry } from '@logbook/contracts/http/moderation.ts'
import type { RulesInForce } from '../domain/policy.ts'
import { initialRules } from '../domain/rules.ts'
import { judgedOf } from './judged.ts'
import { type PostColumns, postColumns, postOf, withPost } from './post.ts'

interface QueueRow extends Omit<QueueEntry, 'author' | 'post'>, PostColumns {
  author: string | null
  since: number
}

interface LogRow extends Omit<LogEntry, 'by'> {
  by: string
}

/** A comment's current text with its verdict; `judgedRevision` is 0 before the first verdict. */
export interface RecentComment {
  id: string
  content: string
  status: QueueEntry['status']
  revision: number
  judgedRevision: number
}

export type View = ReturnType<typeof viewOf>

/** The queries of moderation over its database. */
export const viewOf = (db: Database) => {
  const queue = db.prepare<[number, number], QueueRow>(
    `SELECT c.id, post_id AS postId, ${postColumns}, parent_id AS parentId, author, content, revision, created_at AS createdAt, since,
       verdicts AS version, 'pending' AS status, CASE WHEN judged_revision < revision THEN NULL ELSE reason END AS reason
     FROM comment c ${withPost} WHERE waits = 1 AND since > ? ORDER BY since LIMIT ?`,
  )
  const columns = 'position, comment_id AS commentId, post_id AS postId, status, reason, by, revision, time'
  const log = db.prepare<[number, number], LogRow>(
    `SELECT ${columns} FROM verdict WHERE position < ? ORDER BY position DESC LIMIT ?`,
  )
  const logOf = db.prepare<[string, number, number], LogRow>(
    `SELECT ${columns} FROM verdict WHERE comment_id = ? AND position < ? ORDER BY position DESC LIMIT ?`,
  )
  const recent = db.prepare<[number], RecentComment>(
    `SELECT id, content, status, revision, judged_revision AS judgedRevision
     FROM comment WHERE content IS NOT NULL ORDER BY since DESC LIMIT ?`,
  )
  const rules = db.prepare<[], { rules: string; version: number }>('SELECT rules, version FROM rules')
  const waiting = db.prepare<[], number>('SELECT count(*) FROM comment WHERE waits = 1').pluck()

  let parsed: { text: string; rules: RulesInForce['rules'] } = { text: '', rules: [] }
  return {
    /** Longest wait first; `since` is the cursor. */
    queue: ({ after, limit }: { after: number; limit: number }): { entry: QueueEntry; since: number }[] =>
      queue.all(after, limit).map(({ since, author, slug, title, ...row }) => ({
        entry: {
          ...row,
          post: postOf({ slug, title }),
          author: author === null ? null : JSON.parse(author),
        },
        since,
      })),
    judged: judgedOf(db),
    /** Newest first. */
    log: ({ before, limit, comment }: { before: number; limit: number; comment?: string }): LogEntry[] =>
      (comment === undefined ? log.all(before, limit) : logOf.all(comment, before, limit)).map((row) => ({
        ...row,
        by: JSON.parse(row.by),
      })),
    recent: (limit: number): RecentComment[] => recent.all(limit),
    rules: (): RulesInForce => {
      const row = rules.get()
      if (row === undefined) return initialRules
      if (row.rules !== parsed.text) parsed = { text: row.rules, rules: JSON.parse(row.rules) }
      return { rules: parsed.rules, version: row.version }
    },
    waiting: (): number => waiting.get() ?? 0,
  }
}
