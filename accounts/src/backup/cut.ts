import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { openAccountsFile } from '../storage/tables.ts'

/** The end of a copy of the log, and the erasures in it. */
export interface LogHeld {
  position: number
  /** The checksum at that position. */
  checksum: string
  /** Ids of people that it says were erased. */
  erased: ReadonlySet<string>
  /** Confirmations, each as `<person's id> <service>`. */
  confirmed: ReadonlySet<string>
}

/** Changes the file of a stopped service, and leaves a single file. */
const change = (file: string, run: (db: Database) => void): void => {
  const db = openAccountsFile(file)
  try {
    db.transaction(() => run(db)).immediate()
    // Into the file itself: only that is kept.
    db.pragma('journal_mode = DELETE')
  } finally {
    db.close()
  }
}

const knowsLogs = (db: Database): boolean =>
  db
    .prepare<[], string>("SELECT name FROM pragma_table_info('checkpoint')")
    .pluck()
    .all()
    .includes('checksum')

/**
 * Moves accounts that were cut to a log to the epoch that its restore began: they do not read it again, and roles that were not yet published
 * stay.
 */
export const goOnWith = (file: string, { id, epoch }: { id: string; epoch: number }): void =>
  change(file, (db) => {
    if (knowsLogs(db)) db.prepare('UPDATE checkpoint SET log_id = ?, epoch = ?').run(id, epoch)
  })

/**
 * Makes a copy of accounts agree with a copy of the log that was made a moment before: removes what is from after the end of that log.
 * People and erasures that it lacks are published again after a restore. All keys stay: no event may lack its key.
 */
export const cutToLog = (file: string, { position, checksum, erased, confirmed }: LogHeld): void =>
  change(file, (db) => {
    if (knowsLogs(db))
      db.prepare('UPDATE checkpoint SET checksum = ? WHERE position > ?').run(checksum, position)
    db.prepare('UPDATE checkpoint SET position = min(position, ?)').run(position)
    for (const table of ['person_event', 'unreadable', 'parked'])
      db.prepare(`DELETE FROM ${table} WHERE position > ?`).run(position)
    // The publisher reads each stream first, so that nothing is published twice.
    db.exec('DELETE FROM announced')
    const markUnannounced = db.prepare<[string]>('UPDATE erasure SET announced = 0 WHERE person_id = ?')
    for (const id of db.prepare<[], string>('SELECT person_id FROM erasure').pluck().all())
      if (!erased.has(id)) markUnannounced.run(id)
    const unconfirm = db.prepare<[string, string]>(
      'DELETE FROM erasure_confirmed WHERE person_id = ? AND service = ?',
    )
    const rows = db.prepare<[], { person_id: string; service: string }>(
      'SELECT person_id, service FROM erasure_confirmed',
    )
    for (const { person_id, service } of rows.all())
      if (!confirmed.has(`${person_id} ${service}`)) unconfirm.run(person_id, service)
  })
