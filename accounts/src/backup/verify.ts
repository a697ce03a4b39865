import { existsSync, statSync } from 'node:fs'
import { lackingRight } from '@logbook/chassis/files/file-rights.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { Damaged, Refused } from '@logbook/chassis/start/command-line.ts'
import Sqlite from 'better-sqlite3'
import type { KeptErasure } from '../erasure/kept-erasures.ts'
import { keyAtHand } from '../secrets/master-key.ts'
import type { MasterKeySource } from '../secrets/master-key-file.ts'
import { tryAll } from '../secrets/rotate.ts'
import { migrations } from '../storage/tables.ts'

/** What a sound accounts file holds. */
export interface Holds {
  people: number
  /** Keys of people that are there, and those that were destroyed. */
  keys: number
  erased: number
  /** Why the keys could not be tried with the master key at hand; null where each of them opens. */
  keysFault: string | null
}

const refuseStranger = (db: Database, file: string): void => {
  const tables = new Set(
    db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all(),
  )
  if (!['person_key', 'master_check', 'erasure', 'user'].every((table) => tables.has(table)))
    throw new Refused(`${file} is an SQLite file, but not the accounts of a Logbook.`)
  if (Number(db.pragma('user_version', { simple: true })) > migrations.length)
    throw new Refused(`${file} was written by a newer Logbook.`)
}

/** Opens the accounts of a Logbook that runs no more, or a copy of them, to read. Throws `Refused` if it is none. */
export const openToRead = (file: string): Database => {
  if (!existsSync(file) || !statSync(file).isFile()) throw new Refused(`There are no accounts at ${file}.`)
  let db: Database | undefined
  try {
    db = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: 1_000 })
    refuseStranger(db, file)
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
    tryAll(db, found.key)
    return null
  } catch {
    throw new Damaged(`${file} holds a key that does not open with its master key.`)
  }
}

/** The erasures that an accounts file knows of. */
export const erasuresIn = (file: string): KeptErasure[] => {
  const db = openToRead(file)
  try {
    return db.prepare<[], KeptErasure>('SELECT person_id AS id, erased_at AS erasedAt, by FROM erasure').all()
  } finally {
    db.close()
  }
}

/** Of these erasures, those that an accounts file does not know of. */
export const unknownIn = (file: string, erasures: readonly KeptErasure[]): KeptErasure[] => {
  const known = new Set(erasuresIn(file).map(({ id }) => id))
  return erasures.filter(({ id }) => !known.has(id))
}

/** Reads a whole accounts file. Throws `Damaged` where it is not what was written, `Refused` where it is something else. */
export const verifyAccounts = (file: string, source: MasterKeySource): Holds => {
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
