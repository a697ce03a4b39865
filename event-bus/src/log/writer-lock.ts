import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { lackingRight } from '@logbook/chassis/files/file-rights.ts'
import { StartRefused } from '@logbook/chassis/start/start-refused.ts'
import Database from 'better-sqlite3'

/** Another process has the lock. */
export class LogTaken extends Error {
  override name = 'LogTaken'
}

const lockOf = (file: string): string => `${file}.writer`

const refusal = (file: string, error: unknown): unknown => {
  const fault = lackingRight(lockOf(file), error)
  if (fault !== undefined)
    return new StartRefused(`${fault} Give the right back, and start again.`, { cause: error })
  if (!(error instanceof Database.SqliteError)) return error
  if (error.code === 'SQLITE_FULL')
    return new Error(`The disk of ${dirname(file)} is full. Make room, and start again.`, { cause: error })
  if (!error.code.startsWith('SQLITE_BUSY')) return error
  return new LogTaken(`${file} is open for writing in another process. A log has one writer.`, {
    cause: error,
  })
}

/**
 * Makes this process the only writer of a log file until it calls the returned function or ends. It is a lock of the operating
 * system on a small file beside the log, so that readers and backups of the log are not blocked.
 * Throws `LogTaken` if another process holds it, and `StartRefused` without the rights to the file or its folder.
 */
export const lockForWriting = (file: string): (() => void) => {
  let lock: Database.Database | undefined
  try {
    mkdirSync(dirname(file), { recursive: true })
    lock = new Database(lockOf(file), { timeout: 0 })
    lock.exec('BEGIN EXCLUSIVE')
    const held = lock
    return () => held.close()
  } catch (error) {
    lock?.close()
    throw refusal(file, error)
  }
}
