import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { lackingRight } from '@logbook/chassis/files/file-rights.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { Refused } from '@logbook/chassis/start/command-line.ts'
import { parseConfig, setting } from '@logbook/chassis/start/config.ts'
import Sqlite from 'better-sqlite3'
import { z } from 'zod'
import { beginning, type End } from '../log/sqlite-rows.ts'
import { LogTaken, lockForWriting } from '../log/writer-lock.ts'

/** The file of the log: the one named, else the bus's own `DATABASE`, else the one in the data folder, `LOGBOOK_DATA`. */
export const chooseLog = (named: string | undefined, env: NodeJS.ProcessEnv): string => {
  const { DATABASE, LOGBOOK_DATA } = parseConfig(
    { DATABASE: z.string().optional(), LOGBOOK_DATA: setting.path('data') },
    env,
  )
  return resolve(named ?? DATABASE ?? join(LOGBOOK_DATA, 'event-bus.sqlite'))
}

const columnsWanted = ['position', 'id', 'subject', 'version', 'type', 'event', 'checksum', 'crc']

const refuseStranger = (db: Database, file: string): void => {
  const columns = db.prepare<[], string>("SELECT name FROM pragma_table_info('events')").pluck().all()
  if (columns.length > 0 && columns.length === columnsWanted.length - 1 && !columns.includes('crc'))
    throw new Refused(`${file} was written by an earlier Logbook. Start the event bus on it once.`)
  if (columnsWanted.some((name) => !columns.includes(name)))
    throw new Refused(`${file} is an SQLite file, but not a log of Logbook.`)
}

/** Opens a log read-only, also while another process writes it. Throws `Refused` if there is none. */
export const openToRead = (file: string): Database => {
  if (!existsSync(file)) throw new Refused(`There is no log at ${file}.`)
  if (!statSync(file).isFile()) throw new Refused(`${file} is not a file.`)
  let db: Database | undefined
  try {
    db = new Sqlite(file, { readonly: true, fileMustExist: true })
    refuseStranger(db, file)
    return db
  } catch (error) {
    db?.close()
    if (error instanceof Sqlite.SqliteError && error.code === 'SQLITE_NOTADB')
      throw new Refused(`${file} is not a log: it is not an SQLite file, or its first page is damaged.`)
    const fault = lackingRight(file, error)
    if (fault !== undefined) throw new Refused(fault)
    throw error
  }
}

/** The end of the log, unverified. */
export const endOf = (db: Database): End =>
  db
    .prepare<[], End>(
      'SELECT position, lower(hex(checksum)) AS checksum FROM events ORDER BY position DESC LIMIT 1',
    )
    .get() ?? beginning

/** True for a missing file, and for a log without events. */
export const isVacant = (file: string): boolean => {
  if (!existsSync(file)) return true
  if (statSync(file).size === 0) return true
  const db = openToRead(file)
  try {
    return endOf(db).position === 0
  } finally {
    db.close()
  }
}

/** Keeps the bus from opening the log while `run` replaces it. Throws `Refused` if the bus has it open. */
export const asOnlyWriter = async <Result>(file: string, run: () => Promise<Result>): Promise<Result> => {
  const lock = (): (() => void) => {
    try {
      return lockForWriting(file)
    } catch (error) {
      if (error instanceof LogTaken) throw new Refused(`${error.message} Stop the event bus first.`)
      throw new Refused(error instanceof Error ? error.message : String(error))
    }
  }
  const release = lock()
  try {
    return await run()
  } finally {
    release()
  }
}
