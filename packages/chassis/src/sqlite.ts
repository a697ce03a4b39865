import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'

export type { Database } from 'better-sqlite3'

export interface OpenDatabase {
  /** A path, whose folders are made, or `:memory:`. */
  file: string
  /** Scripts in order; the file remembers how many it has had. Never edit one that has been released: add another. */
  migrations: readonly string[]
  /**
   * `full`: what is committed survives a power cut, for the log and for keys. `normal`: it may lose the last moments but
   * never its consistency, for everything that the log rebuilds.
   */
  durability: 'full' | 'normal'
  /** Refuse a second process that opens the same file to write. */
  exclusive?: boolean
}

const synchronous = { full: 2, normal: 1 } as const

/** Opens a file, sets what must be set on every connection, and brings its tables up to date. Throws if any of that fails. */
export const openDatabase = ({
  file,
  migrations,
  durability,
  exclusive = false,
}: OpenDatabase): Database.Database => {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true })
  const db = new Database(file, { timeout: exclusive ? 1_000 : 5_000 })
  try {
    // Before the first read, so that the lock is taken for good by the first write (the migration's check below).
    if (exclusive) db.pragma('locking_mode = EXCLUSIVE')
    // Readers do not wait for the writer, and a commit is one append to the WAL.
    db.pragma('journal_mode = WAL')
    // better-sqlite3's own default falls to NORMAL in WAL mode at the first write unless it is set by hand.
    db.pragma(`synchronous = ${durability === 'full' ? 'FULL' : 'NORMAL'}`)
    db.pragma('foreign_keys = ON')
    // Views hold large temporary sorts; memory is enough for them.
    db.pragma('temp_store = MEMORY')
    migrate(db, migrations)
    const actual = db.pragma('synchronous', { simple: true })
    if (actual !== synchronous[durability])
      throw new Error(`${file}: synchronous is ${String(actual)} after a write, not ${durability}`)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

const migrate = (db: Database.Database, migrations: readonly string[]): void => {
  // IMMEDIATE, so that two processes that open a new file at once take turns.
  db.transaction(() => {
    const done = Number(db.pragma('user_version', { simple: true }))
    if (done > migrations.length)
      throw new Error(
        `${db.name} was written by a newer Logbook (schema ${done}, this one knows ${migrations.length})`,
      )
    for (const script of migrations.slice(done)) db.exec(script)
    // Always written, since it is this write after which the durability is checked.
    db.pragma(`user_version = ${migrations.length}`)
  }).immediate()
}

/** True for a fault of the disk rather than of the statement: full, unreadable, locked. Worth trying again. */
export const isStorageFault = (error: unknown): boolean =>
  error instanceof Database.SqliteError &&
  /^SQLITE_(FULL|IOERR|BUSY|LOCKED|CANTOPEN|READONLY|NOMEM)/.test(error.code)
