import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { notFound } from '@logbook/chassis/problem.ts'
import type { Session } from '@logbook/contracts/http/account-answers.ts'

type StoredSession = Omit<Session, 'current'>

export type Sessions = ReturnType<typeof createSessions>

/** Sessions of people. Their tokens are known only to better-auth and the cookie. */
export const createSessions = (db: Database) => {
  const list = db.prepare<[string, string], StoredSession>(
    'SELECT id, createdAt, expiresAt, ipAddress, userAgent FROM session WHERE userId = ? AND expiresAt > ? ORDER BY id DESC',
  )
  const remove = db.prepare<[string, string]>('DELETE FROM session WHERE id = ? AND userId = ?')
  const removeAll = db.prepare<[string]>('DELETE FROM session WHERE userId = ?')
  const isThere = db.prepare<[string], number>('SELECT 1 FROM session WHERE id = ?').pluck()
  const forget = db.prepare<[string]>('DELETE FROM session WHERE expiresAt <= ?')
  const forgetSecrets = db.prepare<[string]>('DELETE FROM verification WHERE expiresAt <= ?')
  return {
    of: (personId: string, now: string): StoredSession[] => list.all(personId, now),
    /** False once it has ended. */
    isThere: (id: string): boolean => isThere.get(id) !== undefined,
    /** Throws `not-found` for an unknown session and for one of another person. */
    end(personId: string, id: string): void {
      if (remove.run(id, personId).changes === 0) throw notFound('such session')
    },
    endAll: (personId: string): void => void removeAll.run(personId),
    forgetOld(now: string): void {
      forget.run(now)
      forgetSecrets.run(now)
    },
  }
}
