import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { keySetPath, type Role } from '@logbook/contracts/identity.ts'
import type { RequestHandler } from 'express'

/**
 * Marks accounts as an older copy, and deletes what may have ended or been used since: sessions, links, invitations, API tokens, mails.
 */
export const markRestored = (db: Database, at: Date): void =>
  db
    .transaction(() => {
      for (const table of ['session', 'verification', 'email_change', 'invitation', 'api_token', 'mail'])
        db.exec(`DELETE FROM ${table}`)
      db.prepare('INSERT OR REPLACE INTO restored (one, at) VALUES (1, ?)').run(at.toISOString())
    })
    .immediate()

export interface RestoreState {
  /** True until the log has been read: people here may have been erased or had their role changed since. */
  pending(): boolean
  /** Applies a later change of a role. Part of the follower's transaction. */
  followRole(id: string, role: Role, by: string | null): void
  /** Throws `unavailable` while pending, except for endpoints that need no person: those of services and the backup. */
  guard: RequestHandler
}

const open: ReadonlySet<string> = new Set([
  `GET ${keySetPath}`,
  'POST /exchange',
  'POST /keys',
  'POST /operator/backup',
  'GET /metrics',
])

/**
 * The state of accounts that were restored from a backup, until the log has been read for erasures since. Nothing is
 * published meanwhile, since reading the streams of people takes keys.
 */
export const createRestoreState = ({
  db,
  isCaughtUp,
}: {
  db: Database
  isCaughtUp: () => boolean
}): RestoreState => {
  let marked = db.prepare<[], number>('SELECT count(*) FROM restored').pluck().get() === 1
  const setRole = db.prepare<[string, string | null, string]>(
    'UPDATE user SET role = ?, roleBy = ? WHERE id = ?',
  )
  const setAnnounced = db.prepare<[string, string]>('UPDATE announced SET role = ? WHERE person_id = ?')
  const pending = () => {
    if (marked && isCaughtUp()) {
      db.exec('DELETE FROM restored')
      marked = false
    }
    return marked
  }
  return {
    pending,
    followRole(id, role, by) {
      if (!marked) return
      setRole.run(role, by, id)
      setAnnounced.run(role, id)
    },
    guard(req, _res, next) {
      if (!open.has(`${req.method} ${req.path}`) && pending())
        throw new Problem('unavailable', {
          detail: 'These accounts were restored from a backup. The log is being read for later erasures.',
          retryAfter: 1,
        })
      next()
    },
  }
}
