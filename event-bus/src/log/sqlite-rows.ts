import { type Database, type OpenDatabase, openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { chained, genesis } from '@logbook/chassis/log/checksum-chain.ts'
import { shortChecksum } from './checksum.ts'
import { ensureIdentity, identityTables } from './identity.ts'

/** An event is stored as the text that is served; the other columns are for lookups. */
const migrations: readonly string[] = [
  `CREATE TABLE events (
     position INTEGER PRIMARY KEY AUTOINCREMENT,
     id TEXT NOT NULL,
     subject TEXT NOT NULL,
     version INTEGER NOT NULL,
     type TEXT NOT NULL,
     event TEXT NOT NULL,
     checksum BLOB NOT NULL
   ) STRICT;
   CREATE UNIQUE INDEX events_by_id ON events (id);
   CREATE UNIQUE INDEX events_by_stream ON events (subject, version);`,
  'ALTER TABLE events ADD COLUMN crc INTEGER;',
  identityTables,
]

/** Adds short checksums to an older log, to all rows or none, so that the first row shows whether they are missing. */
const addShortChecksums = (db: Database): void => {
  const lacking = db.prepare<[], number>('SELECT crc IS NULL FROM events WHERE position = 1').pluck().get()
  if (lacking !== 1) return
  db.function('short_checksum', (position: number, text: string) => shortChecksum({ position, text }))
  db.exec('UPDATE events SET crc = short_checksum(position, event)')
}

/** Opens a log's file, and creates a missing one. Commits are synced to disk. */
export const openLogFile = (file: string, { onUpgrade }: Pick<OpenDatabase, 'onUpgrade'> = {}): Database => {
  const db = openDatabase({ file, migrations, durability: 'full', onUpgrade })
  try {
    addShortChecksums(db)
    ensureIdentity(db)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** The end of a log, which the next event continues. */
export interface End {
  position: number
  /** In hexadecimal digits; the file holds the bytes. */
  checksum: string
}

/** The end of an empty log. */
export const beginning: End = { position: 0, checksum: genesis }

/** An event's text and its columns. */
export interface EventText {
  position: number
  id: string
  subject: string
  version: number
  type: string
  text: string
}

const columns = 8
// Rows in one INSERT. Above 16, larger statements cost what fewer calls save.
const rowsPerInsert = 16

const insertOf = (db: Database, rows: number) =>
  db.prepare(
    `INSERT INTO events (position, id, subject, version, type, event, crc, checksum)
     VALUES ${Array.from({ length: rows }, () => '(?, ?, ?, ?, ?, ?, ?, unhex(?))').join(', ')}`,
  )

/** Writes events after an end, each chained to the one before, and returns the new end. In the caller's transaction. */
export const createRowWriter = (db: Database): ((events: readonly EventText[], end: End) => End) => {
  const insertOne = insertOf(db, 1)
  const insertMany = insertOf(db, rowsPerInsert)
  return (events, end) => {
    let { checksum } = end
    const values: (string | number)[] = []
    for (const { position, id, subject, version, type, text } of events) {
      checksum = chained(checksum, text)
      values.push(position, id, subject, version, type, text, shortChecksum({ position, text }), checksum)
    }
    let from = 0
    for (; from + rowsPerInsert * columns <= values.length; from += rowsPerInsert * columns)
      insertMany.run(values.slice(from, from + rowsPerInsert * columns))
    for (; from < values.length; from += columns) insertOne.run(values.slice(from, from + columns))
    return { position: end.position + events.length, checksum }
  }
}

type Last = { position: number; text: string; checksum: string; previous: string | null }

/**
 * Reads the end of the log. Throws if its tail is lost or damaged: positions are never reused, so new events must not take positions
 * that followers have read, and none may be chained to a damaged event.
 */
export const createEndReader = (db: Database): (() => End) => {
  const lastRow = db.prepare<[], Last>(
    `SELECT position, event AS text, lower(hex(checksum)) AS checksum,
       (SELECT lower(hex(before.checksum)) FROM events AS before WHERE before.position = events.position - 1) AS previous
     FROM events ORDER BY position DESC LIMIT 1`,
  )
  const lastGiven = db.prepare<[], number>("SELECT seq FROM sqlite_sequence WHERE name = 'events'").pluck()
  return () => {
    const last = lastRow.get()
    const { position, checksum } = last ?? beginning
    const given = lastGiven.get() ?? 0
    if (given !== position)
      throw new Error(`${db.name} ends at position ${position}, but ${given} was given: its tail is lost`)
    if (last !== undefined && chained(last.previous ?? genesis, last.text) !== checksum)
      throw new Error(
        `${db.name} is damaged at its end, position ${position}: verify it, and restore a backup`,
      )
    return { position, checksum }
  }
}
