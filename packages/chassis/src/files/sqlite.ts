import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { Problem } from '../problem.ts'
import { StartRefused } from '../start/start-refused.ts'
import { copyBeforeUpgrade, type Upgrade } from './before-upgrade.ts'
import { isCopied, noteOpened, structuralFault, wasOpen } from './copied-file.ts'
import { forgetDamage, isCorruption, wasFoundDamaged, watchForDamage } from './damage.ts'
import { lackingRight } from './file-rights.ts'
import { closeToOthers } from './owner-only.ts'

export type { Database } from 'better-sqlite3'

export interface OpenDatabase {
  /** A path, whose folders are made, or `:memory:`. */
  file: string
  /**
   * Scripts in order; the file remembers how many it has had. For a `full` one never edit what has been released: add another.
   * A `normal` file of another schema is deleted and created again, since the log rebuilds it.
   */
  migrations: readonly string[]
  /**
   * `full`: what is committed survives a power cut, for the log and for keys. `normal`: it may lose the last moments but
   * never its consistency, for everything that the log rebuilds.
   */
  durability: 'full' | 'normal'
  /** Refuse a second process that opens the same file to write. */
  exclusive?: boolean
  /** How large the pages of a new file are, a power of two; SQLite's own 4,096 unless given. A file that is there keeps its own. */
  pageBytes?: number
  /**
   * Given by a service for a `full` file: before one of an earlier schema is changed it is copied beside itself, and this is told. Without it there is
   * no copy.
   */
  onUpgrade?: ((upgrade: Upgrade) => void) | undefined
  /** A `full` file without which the service can begin: where it is damaged, it is set aside under another name, and begun again. */
  isSetAside?: boolean
}

/** The file and what SQLite keeps beside it. */
const parts = ['', '-wal', '-shm'] as const

const synchronous = { full: 2, normal: 1 } as const

/** Opens a file, sets what must be set on every connection, and brings its tables up to date. Throws if any of that fails. */
export const openDatabase = (wanted: OpenDatabase): Database.Database => {
  const { file } = wanted
  try {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    return opened(wanted)
  } catch (error) {
    const fault = lackingRight(file, error)
    if (fault === undefined) throw error
    throw new StartRefused(`${fault} Give the right back, and start again.`, { cause: error })
  }
}

const opened = (wanted: OpenDatabase): Database.Database => {
  const { file, durability, isSetAside = false } = wanted
  const db = whole(wanted)
  if (durability === 'normal' || isSetAside) watchForDamage(db)
  forgetDamage(file)
  return db
}

const whole = (wanted: OpenDatabase): Database.Database => {
  const { file, durability, migrations, isSetAside = false } = wanted
  // Before it is opened: SQLite gives the files beside it the rights that it has itself.
  for (const part of parts) closeToOthers(`${file}${part}`)
  const before = wasOpen(file)
  const { db, fault } = looked(wanted, before)
  if (durability === 'full' && fault !== undefined && !isSetAside) {
    db?.close()
    throw new StartRefused(
      `${file} is damaged, or was copied while it was written: ${fault}. Restore a backup: docs/backup.md.`,
    )
  }
  if (db !== undefined && fault === undefined && (durability === 'full' || !hasOtherSchema(db, migrations)))
    return brought(db, wanted)
  db?.close()
  if (durability === 'full') setAside(file, fault)
  else {
    if (fault !== undefined)
      process.emitWarning(`${file} is begun again, since the log rebuilds it: ${fault}`)
    for (const part of parts) rmSync(`${file}${part}`, { force: true })
  }
  return brought(connect(wanted), wanted)
}

const setAside = (file: string, fault: string | undefined): void => {
  const kept = `${file}.damaged-${new Date().toISOString().replaceAll(':', '-')}`
  for (const part of parts) if (existsSync(`${file}${part}`)) renameSync(`${file}${part}`, `${kept}${part}`)
  process.emitWarning(`${file} is begun again, and kept as ${kept}: ${fault}`)
}

/** A connection, where there can be one, and why what it shows can't be trusted. */
const looked = (
  wanted: OpenDatabase,
  before: ReturnType<typeof wasOpen>,
): { db?: Database.Database; fault?: string | undefined } => {
  try {
    const db = connect(wanted)
    return { db, fault: closedOnError(db, () => faultOf(db, wanted, before)) }
  } catch (error) {
    if (!isCorruption(error)) throw error
    return { fault: error.message }
  }
}

/** Why a file can't be trusted, by what is known without reading it, and by reading it where it was copied or not closed. */
const faultOf = (
  db: Database.Database,
  { file, durability }: OpenDatabase,
  { open, unwritten }: ReturnType<typeof wasOpen>,
): string | undefined => {
  if (file === ':memory:') return undefined
  if (wasFoundDamaged(file)) return 'it was found damaged while it was open'
  if (!isCopied(db, file))
    return durability === 'full' && unwritten ? structuralFault(db, { fully: false }) : undefined
  if (durability === 'normal' && open) return 'it is a copy of a file that was open'
  return structuralFault(db, { fully: true })
}

const closedOnError = <Result>(db: Database.Database, work: () => Result): Result => {
  try {
    return work()
  } catch (error) {
    db.close()
    throw error
  }
}

const connect = ({ file, durability, exclusive = false, pageBytes }: OpenDatabase): Database.Database => {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory())
    throw new StartRefused(
      `${file} is a folder, where a file belongs. A container that mounts a file which is not there makes such a folder: remove it, and put the file there.`,
    )
  const db = new Database(file, { timeout: exclusive ? 1_000 : 5_000 })
  closedOnError(db, () => {
    // Before the first read, so that the lock is taken for good by the first write (the migration's check below).
    if (exclusive) db.pragma('locking_mode = EXCLUSIVE')
    if (pageBytes !== undefined) db.pragma(`page_size = ${pageBytes}`)
    // Readers do not wait for the writer, and a commit is one append to the WAL.
    db.pragma('journal_mode = WAL')
    // better-sqlite3's own default falls to NORMAL in WAL mode at the first write unless it is set by hand.
    db.pragma(`synchronous = ${durability === 'full' ? 'FULL' : 'NORMAL'}`)
    db.pragma('foreign_keys = ON')
    // Views hold large temporary sorts; memory is enough for them.
    db.pragma('temp_store = MEMORY')
  })
  return db
}

const brought = (
  db: Database.Database,
  { file, migrations, durability, onUpgrade }: OpenDatabase,
): Database.Database => {
  closedOnError(db, () => {
    const from = Number(db.pragma('user_version', { simple: true }))
    if (onUpgrade !== undefined && file !== ':memory:' && from > 0 && from < migrations.length)
      onUpgrade(copyBeforeUpgrade(db, { file, from, to: migrations.length }))
    migrate(db, migrations)
    const actual = db.pragma('synchronous', { simple: true })
    if (actual !== synchronous[durability])
      throw new Error(`${file}: synchronous is ${String(actual)} after a write, not ${durability}`)
  })
  return db
}

/** Fits the 31 bits that a file has room for beside its version. */
const fingerprintOf = (migrations: readonly string[]): number =>
  createHash('sha256').update(migrations.join('\n;')).digest().readUInt32BE() >>> 1

const hasOtherSchema = (db: Database.Database, migrations: readonly string[]): boolean =>
  Number(db.pragma('user_version', { simple: true })) > 0 &&
  Number(db.pragma('application_id', { simple: true })) !== fingerprintOf(migrations)

/** Opens a file that something else writes, to read it. Throws if it is not there. */
export const openReadOnly = (file: string): Database.Database =>
  new Database(file, { readonly: true, fileMustExist: true, timeout: 5_000 })

const migrate = (db: Database.Database, migrations: readonly string[]): void => {
  // IMMEDIATE, so that two processes that bring a file up to date at once take turns.
  db.transaction(() => {
    const done = Number(db.pragma('user_version', { simple: true }))
    if (done > migrations.length)
      throw new StartRefused(
        `${db.name} was written by a newer Logbook (schema ${done}, this one knows ${migrations.length}). Run that one, or go back to a copy from before: docs/backup.md.`,
      )
    for (const script of migrations.slice(done)) db.exec(script)
    // Always written, since it is this write after which the durability is checked.
    db.pragma(`user_version = ${migrations.length}`)
    db.pragma(`application_id = ${fingerprintOf(migrations)}`)
    if (db.name !== ':memory:' && migrations.length > 0) noteOpened(db, db.name)
  }).immediate()
}

/** True for a fault of the disk rather than of the statement: full, unreadable, locked. Worth trying again. */
export const isStorageFault = (error: unknown): boolean =>
  error instanceof Database.SqliteError &&
  /^SQLITE_(FULL|IOERR|BUSY|LOCKED|CANTOPEN|READONLY|NOMEM)/.test(error.code)

/**
 * Rewrites the file, so that nothing is left on disk of what was ever deleted from it or overwritten: pages and the write-ahead
 * log keep such remains otherwise, in `secure_delete` too wherever a row moved from one page to another. It takes the time
 * of copying the file, during which nothing else happens. Throws `unavailable` while someone else reads the file.
 */
export const sweep = (db: Database.Database): void => {
  // The copy may be larger than memory.
  db.pragma('temp_store = FILE')
  try {
    db.exec('VACUUM')
  } finally {
    db.pragma('temp_store = MEMORY')
  }
  const [result] = db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[]
  if (result?.busy) throw new Problem('unavailable', { detail: `${db.name} is being read by someone else.` })
}
