import { existsSync, statSync } from 'node:fs'
import type { Database } from 'better-sqlite3'

/** As which file of its disk a database was last opened: another number says that it is a copy. */
const table =
  'CREATE TABLE IF NOT EXISTS opened (one INTEGER PRIMARY KEY CHECK (one = 1), inode TEXT NOT NULL) STRICT'

const inodeOf = (file: string): string => statSync(file, { bigint: true }).ino.toString()

const notedIn = (db: Database): string | undefined => {
  const isThere = db.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'opened'").pluck().get() === 1
  return isThere ? db.prepare<[], string>('SELECT inode FROM opened').pluck().get() : undefined
}

/**
 * True where a database that is open was copied since it was last opened, by hand or by a restore: what it consists of may be of
 * different moments. False in one from before this was noted.
 */
export const isCopied = (db: Database, file: string): boolean => {
  const noted = notedIn(db)
  return noted !== undefined && noted !== inodeOf(file)
}

/** Notes, in the transaction of the caller, that it was opened as the file that it is now. */
export const noteOpened = (db: Database, file: string): void => {
  const inode = inodeOf(file)
  if (notedIn(db) === inode) return
  db.exec(table)
  db.prepare('INSERT OR REPLACE INTO opened (one, inode) VALUES (1, ?)').run(inode)
}

/** What SQLite keeps beside a file that is open, or was when its process ended: to be looked at before it is opened. */
export const wasOpen = (file: string): { open: boolean; unwritten: boolean } => {
  const wal = `${file}-wal`
  const open = existsSync(wal)
  return { open, unwritten: open && statSync(wal).size > 0 }
}

/** What SQLite finds wrong with a file, or undefined. `fully`: its indexes too, which takes as long as reading it several times. */
export const structuralFault = (db: Database, { fully }: { fully: boolean }): string | undefined => {
  try {
    const said = db.pragma(`${fully ? 'integrity_check' : 'quick_check'}(1)`, { simple: true })
    return said === 'ok' ? undefined : String(said)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
