import { randomUUID } from 'node:crypto'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { StoredIdentity } from '@logbook/chassis/log/log-store.ts'

/** The tables of a log's identity: its id, and after which position each of its epochs began. */
export const identityTables = `
  CREATE TABLE log_id (one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL) STRICT;
  CREATE TABLE epoch (epoch INTEGER PRIMARY KEY, after INTEGER NOT NULL) STRICT;
`

const beginEpoch = (db: Database, epoch: number): void =>
  void db
    .prepare('INSERT INTO epoch (epoch, after) SELECT ?, coalesce(max(position), 0) FROM events')
    .run(epoch)

const stored = (db: Database): StoredIdentity | undefined => {
  const id = db.prepare<[], string>('SELECT id FROM log_id').pluck().get()
  const begins = db
    .prepare<[], { epoch: number; after: number }>('SELECT epoch, after FROM epoch ORDER BY epoch')
    .all()
  const last = begins.at(-1)
  return id === undefined || last === undefined ? undefined : { id, epoch: last.epoch, begins }
}

/** The identity of a log opened for reading; undefined for one that only earlier releases have opened. */
export const identityIn = (db: Database): StoredIdentity | undefined => {
  const tables = db
    .prepare<[], number>("SELECT count(*) FROM sqlite_schema WHERE name IN ('log_id', 'epoch')")
    .pluck()
    .get()
  return tables === 2 ? stored(db) : undefined
}

/** The identity of a log opened for writing. Creates a missing one: a random id and the first epoch. */
export const ensureIdentity = (db: Database): StoredIdentity =>
  db
    .transaction(() => {
      const known = stored(db)
      if (known !== undefined) return known
      const id = randomUUID()
      db.prepare('INSERT INTO log_id (one, id) VALUES (1, ?)').run(id)
      beginEpoch(db, 1)
      return stored(db) ?? { id, epoch: 1, begins: [] }
    })
    .immediate()

/**
 * Begins a new epoch of a restored log: positions after its end will get other events than before. The epoch is higher than `than`,
 * the epoch of the log that it replaces.
 */
export const raiseEpoch = (db: Database, { than }: { than: number }): StoredIdentity => {
  const { epoch } = ensureIdentity(db)
  beginEpoch(db, Math.max(epoch, than) + 1)
  return ensureIdentity(db)
}

/** Gives a new log the identity of the one that it was made from. */
export const takeIdentity = (db: Database, { id, begins }: StoredIdentity): void =>
  db
    .transaction(() => {
      db.exec('DELETE FROM log_id; DELETE FROM epoch')
      db.prepare('INSERT INTO log_id (one, id) VALUES (1, ?)').run(id)
      const insert = db.prepare<[number, number]>('INSERT INTO epoch (epoch, after) VALUES (?, ?)')
      for (const { epoch, after } of begins) insert.run(epoch, after)
    })
    .immediate()
