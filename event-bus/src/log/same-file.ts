import { renameSync, rmSync } from 'node:fs'
import { structuralFault } from '@logbook/chassis/files/copied-file.ts'
import { type Database, openReadOnly } from '@logbook/chassis/files/sqlite.ts'
import { chained, genesis } from '@logbook/chassis/log/checksum-chain.ts'
import type { StoredIdentity } from '@logbook/chassis/log/log-store.ts'
import { identityIn } from './identity.ts'
import { createEndReader, type End } from './sqlite-rows.ts'

/**
 * Closes a log whose file was overwritten by another. SQLite would merge its write-ahead log into that file and corrupt both, so the
 * write-ahead log is kept beside it under another name.
 */
export const closeOverwritten = (db: Database): void => {
  const wal = `${db.name}-wal`
  // Only the last writable connection merges it.
  const last = openReadOnly(db.name)
  try {
    last.prepare('SELECT count(*) FROM sqlite_schema').get()
    db.close()
    renameSync(wal, `${wal}.of-overwritten`)
    rmSync(`${db.name}-shm`, { force: true })
  } catch {
    // It is not a database, so it can't be corrupted.
    db.close()
  } finally {
    last.close()
  }
}

/** The position of an event that does not continue the chain: pages of two logs may fit in every other respect. */
const brokenChain = (db: Database): string | undefined => {
  const rows = db
    .prepare<[], { position: number; text: string; checksum: string }>(
      'SELECT position, event AS text, lower(hex(checksum)) AS checksum FROM events ORDER BY position',
    )
    .iterate()
  let before = genesis
  for (const { position, text, checksum } of rows) {
    if (chained(before, text) !== checksum) return `position ${position} does not continue what is before it`
    before = checksum
  }
  return undefined
}

/**
 * Why a log's file differs from what its writer knows of it, read by a new connection with an empty cache; undefined where it does not
 * differ. Takes as long as reading the file several times.
 */
export const differenceOf = (
  file: string,
  { identity, end }: { identity: StoredIdentity; end: End | undefined },
): string | undefined => {
  try {
    const db = openReadOnly(file)
    try {
      const there = identityIn(db)
      if (there?.id !== identity.id || there.epoch !== identity.epoch) return 'it is another log'
      const its = createEndReader(db)()
      if (end !== undefined && (its.position !== end.position || its.checksum !== end.checksum))
        return `it ends at position ${its.position}, with other events than were recorded`
      return structuralFault(db, { fully: true }) ?? brokenChain(db)
    } finally {
      db.close()
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
