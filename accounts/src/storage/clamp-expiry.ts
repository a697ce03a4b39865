import { type Clock, latest } from '@logbook/chassis/clock.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { limits } from '../limits.ts'

const days = 86_400_000
const minutes = 60_000

/** What ends at an instant that stands in the file, and how long it can last from when it was made or prolonged, in ms. */
const ends = [
  { table: 'session', column: 'expiresAt', lastsMs: limits.sessionDaysMax * days },
  { table: 'verification', column: 'expiresAt', lastsMs: limits.verificationMinutesMax * minutes },
  { table: 'invitation', column: 'expires_at', lastsMs: limits.invitationDaysMax * days },
  { table: 'email_change', column: 'expires_at', lastsMs: limits.verificationMinutesMax * minutes },
  // Kept for some time after it was made.
  { table: 'made_once', column: 'at', lastsMs: 0 },
  { table: 'mail', column: 'at', lastsMs: 0 },
] as const

/**
 * Nothing lasts longer from now on than it could if it were made now: what says so was made while the clock was ahead. Call it at each start
 * and now and then.
 */
export const bringingNearer = ({ db, clock }: { db: Database; clock: Clock }): (() => void) => {
  const updates = ends.map(({ table, column, lastsMs }) => ({
    lastsMs,
    update: db.prepare<[string, string]>(`UPDATE ${table} SET ${column} = ? WHERE ${column} > ?`),
  }))
  return () => {
    for (const { lastsMs, update } of updates) {
      const end = new Date(latest(clock) + lastsMs).toISOString()
      update.run(end, end)
    }
  }
}
