import { existsSync, statSync } from 'node:fs'
import { lackingRight } from '@logbook/chassis/files/file-rights.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { Damaged, Refused } from '@logbook/chassis/start/command-line.ts'
import Sqlite from 'better-sqlite3'
import type { KeptErasure } from '../erasure/kept-erasures.ts'
import { keyAtHand } from '../secrets/master-key.ts'
import type { MasterKeySource } from '../secrets/master-key-file.ts'
import { tryAllKeys } from '../secrets/rotate.ts'
import { migrations } from '../storage/tables.ts'

/** The contents of a sound accounts file. */
export interface AccountsSummary {
  people: number
  /** How many keys of people exist, and how many were destroyed. */
  keys: number
  erased: number
  /** Why the keys could not be unwrapped with the present master key; null where each of them can. */
  keysFault: string | null
}

const refuseOtherFile = (db: Database, file: string): void => {
  const tables = new Set(
    db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all(),
  )
  if (!['person_key', 'master_check', 'erasure', 'user'].every((table) => tables.has(table)))
    throw new Refused(`${file} is an SQLite file, but not the accounts of a Logbook.`)
  if (Number(db.pragma('user_version', { simple: true })) > migrations.length)
    throw new Refused(`${file} was written by a newer Logbook.`)
}

/** Opens the accounts of a stopped Logbook, or a copy, read-only. Throws `Refused` for any other file. */
export const openToRead = (file: string): Database => {
  if (!existsSync(file) || !statSync(file).isFile()) throw new Refused(`There are no accounts at ${file}.`)
  let db: Database | undefined
  try {
    db = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: 1_000 })
    refuseOtherFile(db, file)
    return db
  } catch (error) {
    db?.close()
    if (error instanceof Sqlite.SqliteError && error.code === 'SQLITE_NOTADB')
      throw new Refused(`${file} is not an SQLite file, or its first page is damaged.`)
    if (error instanceof Sqlite.SqliteError && error.code === 'SQLITE_BUSY')
      throw new Refused(`${file} is open in another process: Logbook is running.`)
    const fault = lackingRight(file, error)
    if (fault !== undefined) throw new Refused(fault)
    throw error
  }
}

const count = (db: Database, what: string): number =>
  db.prepare<[], number>(`SELECT count(*) FROM ${what}`).pluck().get() ?? 0

const keysFaultOf = (db: Database, source: MasterKeySource, file: string): string | null => {
  const found = keyAtHand(db, source)
  if (typeof found === 'string') return found
  try {
    tryAllKeys(db, found.key)
    return null
  } catch {
    throw new Damaged(`${file} holds a key that does not open with its master key.`)
  }
}

/** The erasures in an accounts file. */
export const erasuresIn = (file: string): KeptErasure[] => {
  const db = openToRead(file)
  try {
    return db.prepare<[], KeptErasure>('SELECT person_id AS id, erased_at AS erasedAt, by FROM erasure').all()
  } finally {
    db.close()
  }
}

/** Those of the given erasures that an accounts file lacks. */
export const unknownIn = (file: string, erasures: readonly KeptErasure[]): KeptErasure[] => {
  const known = new Set(erasuresIn(file).map(({ id }) => id))
  return erasures.filter(({ id }) => !known.has(id))
}

/** Verifies a whole accounts file. Throws `Damaged` for a corrupt one, `Refused` for any other file. */
export const verifyAccounts = (file: string, source: MasterKeySource): AccountsSummary => {
  const db = openToRead(file)
  try {
    const [said] = db.pragma('integrity_check(1)') as { integrity_check: string }[]
    if (said?.integrity_check !== 'ok') throw new Damaged(`${file} is damaged: ${said?.integrity_check}`)
    return {
      people: count(db, 'user'),
      keys: count(db, 'person_key WHERE wrapped IS NOT NULL'),
      erased: count(db, 'person_key WHERE wrapped IS NULL'),
      keysFault: keysFaultOf(db, source, file),
    }
  } catch (error) {
    if (error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_CORRUPT'))
      throw new Damaged(`${file} is damaged: ${error.message}`)
    throw error
  } finally {
    db.close()
  }
}
