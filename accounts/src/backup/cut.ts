import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { openAccountsFile } from '../storage/tables.ts'

/** How far a copy of the log goes, and what of erasures is in it. */
export interface LogHeld {
  position: number
  /** Of the event at that position. */
  checksum: string
  /** Ids of people of whom it says that they were erased. */
  erased: ReadonlySet<string>
  /** `<person's id> <service>` of each confirmation. */
  confirmed: ReadonlySet<string>
}

/** Changes a file whose service does not run, which is one file again afterwards. */
const change = (file: string, run: (db: Database) => void): void => {
  const db = openAccountsFile(file)
  try {
    db.transaction(() => run(db)).immediate()
    // Into the file itself: it alone is kept.
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
 * Accounts that were cut to a log go on after it in the epoch that its restore began: they need not read it again, and roles that it was not
 * told of stay.
 */
export const goOnWith = (file: string, { id, epoch }: { id: string; epoch: number }): void =>
  change(file, (db) => {
    if (knowsLogs(db)) db.prepare('UPDATE checkpoint SET log_id = ?, epoch = ?').run(id, epoch)
  })

/**
 * Makes a copy of accounts agree with a copy of the log that was made a moment before it: nothing in it is from after the end of that log.
 * What that log was not told yet, of people and of erasures, is told again after a restore. Keys stay, all of them: no event may lack its own.
 */
export const cutToLog = (file: string, { position, checksum, erased, confirmed }: LogHeld): void =>
  change(file, (db) => {
    if (knowsLogs(db))
      db.prepare('UPDATE checkpoint SET checksum = ? WHERE position > ?').run(checksum, position)
    db.prepare('UPDATE checkpoint SET position = min(position, ?)').run(position)
    for (const table of ['person_event', 'unreadable', 'parked'])
      db.prepare(`DELETE FROM ${table} WHERE position > ?`).run(position)
    // Whoever tells the log of people reads each stream first, so that nothing is told twice.
    db.exec('DELETE FROM announced')
    const untell = db.prepare<[string]>('UPDATE erasure SET announced = 0 WHERE person_id = ?')
    for (const id of db.prepare<[], string>('SELECT person_id FROM erasure').pluck().all())
      if (!erased.has(id)) untell.run(id)
    const unconfirm = db.prepare<[string, string]>(
      'DELETE FROM erasure_confirmed WHERE person_id = ? AND service = ?',
    )
    const rows = db.prepare<[], { person_id: string; service: string }>(
      'SELECT person_id, service FROM erasure_confirmed',
    )
    for (const { person_id, service } of rows.all())
      if (!confirmed.has(`${person_id} ${service}`)) unconfirm.run(person_id, service)
  })
