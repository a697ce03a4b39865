import { type Clock, latest } from '@logbook/chassis/clock.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { limits } from '../limits.ts'

const days = 86_400_000
const minutes = 60_000

/** Columns with an expiry or a time, and how far in the future it can be, in ms. */
const expiries = [
  { table: 'session', column: 'expiresAt', lastsMs: limits.sessionDaysMax * days },
  { table: 'verification', column: 'expiresAt', lastsMs: limits.verificationMinutesMax * minutes },
  { table: 'invitation', column: 'expires_at', lastsMs: limits.invitationDaysMax * days },
  { table: 'email_change', column: 'expires_at', lastsMs: limits.verificationMinutesMax * minutes },
  // Times of creation.
  { table: 'made_once', column: 'at', lastsMs: 0 },
  { table: 'mail', column: 'at', lastsMs: 0 },
] as const

/**
 * Returns a function that lowers expiries that are later than those of things made now: they were stored while the clock was ahead.
 * Call it at each start and periodically.
 */
export const createExpiryClamp = ({ db, clock }: { db: Database; clock: Clock }): (() => void) => {
  const updates = expiries.map(({ table, column, lastsMs }) => ({
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
