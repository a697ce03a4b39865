import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { keySetPath, type Role } from '@logbook/contracts/identity.ts'
import type { RequestHandler } from 'express'

/**
 * Marks accounts as a copy from earlier, and takes out of it what since may have ended or been used: sessions, links,
 * invitations, API tokens, mails.
 */
export const markRestored = (db: Database, at: Date): void =>
  db
    .transaction(() => {
      for (const table of ['session', 'verification', 'email_change', 'invitation', 'api_token', 'mail'])
        db.exec(`DELETE FROM ${table}`)
      db.prepare('INSERT OR REPLACE INTO restored (one, at) VALUES (1, ?)').run(at.toISOString())
    })
    .immediate()

export interface Restored {
  /** True until the log was read: who is known here may have been erased or given another role since. */
  pending(): boolean
  /** A role as it was changed since the copy was made. Part of the transaction that reads the log. */
  followRole(id: string, role: Role, by: string | null): void
  /** Throws `unavailable` while it is pending, but to those who need no person: services, and whoever backs it up. */
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
 * What holds for accounts that came from a backup until the log was read: in there are people who were erased since. The log is
 * told nothing meanwhile, since reading what it was told takes keys.
 */
export const restoredIn = ({ db, knows }: { db: Database; knows: () => boolean }): Restored => {
  let marked = db.prepare<[], number>('SELECT count(*) FROM restored').pluck().get() === 1
  const setRole = db.prepare<[string, string | null, string]>(
    'UPDATE user SET role = ?, roleBy = ? WHERE id = ?',
  )
  const setAnnounced = db.prepare<[string, string]>('UPDATE announced SET role = ? WHERE person_id = ?')
  const pending = () => {
    if (marked && knows()) {
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
          detail:
            'These accounts were restored from a backup. The log is being read for who was erased since.',
          retryAfter: 1,
        })
      next()
    },
  }
}
