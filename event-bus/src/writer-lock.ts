import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'

/**
 * Makes this process the one writer of a log file until it calls the returned release or ends, by whatever means: the lock is
 * the operating system's, on a small file beside the log, so readers and backups of the log itself are not kept out.
 * Throws if another process holds it.
 */
export const lockForWriting = (file: string): (() => void) => {
  mkdirSync(dirname(file), { recursive: true })
  const lock = new Database(`${file}.writer`, { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    throw new Error(`${file} is open for writing in another process. A log has one writer.`, { cause: error })
  }
  return () => lock.close()
}
