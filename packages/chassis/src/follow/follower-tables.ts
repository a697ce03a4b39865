import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import type { ParkedItem } from '@logbook/contracts/http/parked.ts'
import type { Database } from 'better-sqlite3'
import type { KnownLog } from '../log/identity.ts'

/** The first migration of every file that a follower writes. */
export const followerTables = `
  -- The last position read, whether or not its event meant anything here.
  CREATE TABLE checkpoint (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;

  -- Events of known types whose data was not of their shape: passed over, and kept here to be seen.
  CREATE TABLE unreadable (
    position INTEGER PRIMARY KEY, id TEXT NOT NULL, type TEXT NOT NULL, subject TEXT NOT NULL, reason TEXT NOT NULL
  ) STRICT;

  -- Events that this code failed to apply, with the later ones of the same subject, whose order they keep. What they say
  -- stays in the log: nothing of anybody may lie about here.
  CREATE TABLE parked (position INTEGER PRIMARY KEY, subject TEXT NOT NULL, reason TEXT NOT NULL) STRICT;
  CREATE INDEX parked_by_subject ON parked (subject, position);
`

/**
 * Which log a position is of. Added where it is missing and not by a migration, since a file of another schema is read from the log
 * again, and one from before logs had an identity need not be.
 */
const addLogColumns = (db: Database): void => {
  for (const column of ['log_id TEXT', 'epoch INTEGER', 'checksum TEXT']) addColumn(db, 'checkpoint', column)
}

/** Adds a column that a file of an earlier release lacks. Not by a migration: a file of another schema would be read from the log again. */
export const addColumn = (db: Database, table: string, column: string): void => {
  const columns = db.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table)
  if (!columns.includes(column.split(' ', 1)[0] ?? '')) db.exec(`ALTER TABLE ${table} ADD COLUMN ${column}`)
}

/** The time of the wall clock, as SQL, in the form of timestamps. */
export const sqlNow = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"

/** How far the log was read, and what is known of it there; undefined while nothing was read. */
export interface Checkpoint {
  position: number
  known: KnownLog | undefined
}

interface CheckpointRow {
  position: number
  log_id: string | null
  epoch: number | null
  checksum: string | null
}

const checkpointOf = (row: CheckpointRow | undefined): Checkpoint => {
  if (row === undefined || row.position === 0) return { position: 0, known: undefined }
  const { position, log_id: id, epoch, checksum } = row
  if (id === null || epoch === null) return { position, known: { epoch: 0 } }
  return { position, known: { id, epoch, ...(checksum === null ? {} : { checksum }) } }
}

const valuesOf = (known: KnownLog | undefined): [string | null, number | null, string | null] =>
  known !== undefined && 'id' in known ? [known.id, known.epoch, known.checksum ?? null] : [null, null, null]

export type FollowerStore = ReturnType<typeof followerStore>

/** What a follower keeps in those tables. */
export const followerStore = (db: Database, name: string) => {
  addLogColumns(db)
  addColumn(db, 'parked', 'since TEXT')
  const getCheckpoint = db.prepare<[string], CheckpointRow>(
    'SELECT position, log_id, epoch, checksum FROM checkpoint WHERE name = ?',
  )
  const setCheckpoint = db.prepare<[string, number, string | null, number | null, string | null]>(
    `INSERT INTO checkpoint (name, position, log_id, epoch, checksum) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET position = excluded.position, log_id = excluded.log_id, epoch = excluded.epoch,
         checksum = excluded.checksum`,
  )
  const clear = ['unreadable', 'parked'].map((table) => db.prepare(`DELETE FROM ${table}`))
  const addUnreadable = db.prepare<[number, string, string, string, string]>(
    'INSERT OR IGNORE INTO unreadable (position, id, type, subject, reason) VALUES (?, ?, ?, ?, ?)',
  )
  const park = db.prepare<[number, string, string]>(
    `INSERT OR IGNORE INTO parked (position, subject, reason, since) VALUES (?, ?, ?, ${sqlNow})`,
  )
  const unpark = db.prepare<[number]>('DELETE FROM parked WHERE position = ?')
  const failedAgain = db.prepare<[string, number]>('UPDATE parked SET reason = ? WHERE position = ?')
  const listParked = db.prepare<[number], ParkedItem>(
    'SELECT CAST(position AS TEXT) AS id, subject, reason, since FROM parked ORDER BY position LIMIT ?',
  )
  const parkedSubjects = db
    .prepare<[number | null], string>(
      'SELECT subject FROM parked GROUP BY subject HAVING coalesce(max(position = ?), 1) ORDER BY min(position)',
    )
    .pluck()
  const firstParked = db
    .prepare<[string], number | null>('SELECT min(position) FROM parked WHERE subject = ?')
    .pluck()
  const countParked = db.prepare<[], number>('SELECT count(*) FROM parked').pluck()
  const countUnreadable = db.prepare<[], number>('SELECT count(*) FROM unreadable').pluck()
  return {
    checkpoint: () => checkpointOf(getCheckpoint.get(name)),
    setCheckpoint: ({ position, known }: Checkpoint) =>
      void setCheckpoint.run(name, position, ...valuesOf(known)),
    /** Nothing was read, from here on. */
    forget: () => {
      for (const each of clear) each.run()
      setCheckpoint.run(name, 0, null, null, null)
    },
    addUnreadable: ({ position, id, type, subject }: RecordedEvent, reason: string) =>
      void addUnreadable.run(position, id, type, subject, reason),
    park: (event: RecordedEvent, reason: string) => void park.run(event.position, event.subject, reason),
    /** False where it was not parked any more. */
    unpark: (position: number): boolean => unpark.run(position).changes > 0,
    /** It was tried again. */
    failedAgain: (position: number, reason: string) => void failedAgain.run(reason, position),
    listParked: (limit: number): ParkedItem[] => listParked.all(limit),
    /** Subjects with parked events, the oldest first; only that of an event where a position is given. */
    parkedSubjects: (position?: number): string[] => parkedSubjects.all(position ?? null),
    firstParked: (subject: string): number | undefined => firstParked.get(subject) ?? undefined,
    countParked: () => countParked.get() ?? 0,
    countUnreadable: () => countUnreadable.get() ?? 0,
  }
}
