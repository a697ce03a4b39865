import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { limits } from '../limits.ts'

const statements = (db: Database) => ({
  begin: db.prepare<[string]>("UPDATE effect SET state = 'sending', attempts = attempts + 1 WHERE key = ?"),
  uncount: db.prepare<[string]>(
    "UPDATE effect SET state = 'waiting', attempts = max(0, attempts - 1) WHERE key = ? AND state = 'sending'",
  ),
  sent: db.prepare<[string]>('INSERT INTO sent (key) VALUES (?) ON CONFLICT DO NOTHING'),
  done: db.prepare(
    "UPDATE effect SET state = 'done', code = NULL WHERE state = 'sending' AND key IN (SELECT key FROM sent)",
  ),
  forgetSent: db.prepare('DELETE FROM sent'),
  claim: db.prepare<[string]>('INSERT INTO claim (event_id, mine) VALUES (?, 1) ON CONFLICT DO NOTHING'),
})

/**
 * The attempts at messages: counted before they are sent, noted afterwards. A note is one row in a table of its own, a tenth of the cost of
 * changing the message and its indexes; notes are settled together. Everything survives a kill of the process at once, and a power cut
 * after at most `countedMax` messages, and when nothing is next.
 */
export const createSending = (db: Database) => {
  const sql = statements(db)
  /** Without waiting for the disk. */
  const unsynced = <Args extends unknown[]>(work: (...args: Args) => void) => {
    return (...args: Args): void => {
      db.exec('PRAGMA synchronous = NORMAL')
      try {
        work(...args)
      } finally {
        db.exec('PRAGMA synchronous = FULL')
      }
    }
  }
  /** Events claimed in the log, written here with the next message. */
  const claimed = new Set<string>()
  const settle = db.transaction((next: readonly string[]) => {
    sql.done.run()
    sql.forgetSent.run()
    for (const eventId of claimed) sql.claim.run(eventId)
    claimed.clear()
    for (const key of next) sql.begin.run(key)
  }).immediate
  const settleUnsynced = unsynced(settle)
  const note = unsynced((keys: readonly string[]) => {
    for (const key of keys) sql.sent.run(key)
  })
  let unsyncedCount = 0
  // Notes of a process that was killed.
  settle([])

  return {
    claimed,
    /** Counts the attempts at the messages that are sent next. */
    begin(keys: readonly string[]): void {
      const isSynced = unsyncedCount >= limits.countedMax
      if (isSynced) settle(keys)
      else settleUnsynced(keys)
      if (isSynced) unsyncedCount = 0
    },
    /** Notes that messages were sent. */
    sent(keys: readonly string[]): void {
      note(keys)
      unsyncedCount += keys.length
    },
    /** Settles what was noted. */
    settleSent(): void {
      if (unsyncedCount === 0) return
      settle([])
      unsyncedCount = 0
    },
    /** Takes back the count of an attempt that was interrupted on this side, or not begun. */
    uncount: db.transaction((keys: readonly string[]) => {
      for (const key of keys) sql.uncount.run(key)
    }).immediate,
  }
}
