import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import type { Database } from 'better-sqlite3'

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

export type FollowerStore = ReturnType<typeof followerStore>

/** What a follower keeps in those tables. */
export const followerStore = (db: Database, name: string) => {
  const getCheckpoint = db.prepare<[string], number>('SELECT position FROM checkpoint WHERE name = ?').pluck()
  const setCheckpoint = db.prepare<[string, number]>(
    'INSERT INTO checkpoint (name, position) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET position = excluded.position',
  )
  const addUnreadable = db.prepare<[number, string, string, string, string]>(
    'INSERT OR IGNORE INTO unreadable (position, id, type, subject, reason) VALUES (?, ?, ?, ?, ?)',
  )
  const park = db.prepare<[number, string, string]>(
    'INSERT OR IGNORE INTO parked (position, subject, reason) VALUES (?, ?, ?)',
  )
  const unpark = db.prepare<[number]>('DELETE FROM parked WHERE position = ?')
  const allParked = db.prepare<[], { subject: string; position: number }>(
    'SELECT subject, position FROM parked ORDER BY position',
  )
  const countParked = db.prepare<[], number>('SELECT count(*) FROM parked').pluck()
  const countUnreadable = db.prepare<[], number>('SELECT count(*) FROM unreadable').pluck()
  return {
    checkpoint: () => getCheckpoint.get(name) ?? 0,
    setCheckpoint: (position: number) => void setCheckpoint.run(name, position),
    addUnreadable: ({ position, id, type, subject }: RecordedEvent, reason: string) =>
      void addUnreadable.run(position, id, type, subject, reason),
    park: (event: RecordedEvent, reason: string) => void park.run(event.position, event.subject, reason),
    unpark: (position: number) => void unpark.run(position),
    allParked: () => allParked.all(),
    countParked: () => countParked.get() ?? 0,
    countUnreadable: () => countUnreadable.get() ?? 0,
  }
}
