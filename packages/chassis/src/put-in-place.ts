import { existsSync } from 'node:fs'
import { link, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import Sqlite from 'better-sqlite3'

const companions = ['-wal', '-shm', '-journal'] as const

/** Where a file is made before it is whole, beside the place that it will take. */
export const partOf = (file: string): string => `${file}.part`

/** Removes an SQLite file and what SQLite keeps beside it. */
export const removeFile = async (file: string): Promise<void> => {
  for (const suffix of ['', ...companions]) await rm(`${file}${suffix}`, { force: true })
}

/** Makes an SQLite file whole by itself: nothing of it stands in a WAL beside it any more. It must be open nowhere. */
export const foldTogether = (file: string): void => {
  const db = new Sqlite(file, { fileMustExist: true })
  try {
    db.pragma('synchronous = FULL')
    db.pragma('journal_mode = DELETE')
  } finally {
    db.close()
  }
}

/** True where another process has an SQLite file open. What stands in a WAL beside it is folded into it. */
export const isOpenElsewhere = (file: string): boolean => {
  if (!existsSync(file)) return false
  let db: Sqlite.Database | undefined
  try {
    db = new Sqlite(file, { timeout: 0 })
    db.pragma('journal_mode = DELETE')
    return false
  } catch (error) {
    // Damaged, or something else altogether: no service has that open.
    return error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY')
  } finally {
    db?.close()
  }
}

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Moves a whole file to where it belongs, in one step: whatever happens, there stands the old one or the new. `keepAs` keeps what stood
 * there under another name.
 */
export const putInPlace = async (part: string, file: string, keepAs?: string): Promise<void> => {
  if (existsSync(file)) {
    try {
      foldTogether(file)
    } catch {
      // It is damaged, or no database. Its WAL is set aside with it, and must not meet the new file.
    }
    for (const suffix of companions)
      if (existsSync(`${file}${suffix}`)) {
        if (keepAs === undefined) await rm(`${file}${suffix}`)
        else await rename(`${file}${suffix}`, `${keepAs}${suffix}`)
      }
    if (keepAs !== undefined) await link(file, keepAs)
  }
  await rename(part, file)
  await syncFolder(dirname(file))
}
