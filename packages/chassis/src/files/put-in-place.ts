import { existsSync, statSync } from 'node:fs'
import { link, open, rename, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import Sqlite from 'better-sqlite3'
import { Refused } from '../start/command-line.ts'

const companions = ['-wal', '-shm', '-journal'] as const

/**
 * Where a copy is to be written, as an absolute path. Throws `Refused` for a folder, for a file that is there unless `force`, and for a file in a
 * folder that is not: that is a path that was mistyped, or a disk that is not mounted.
 */
export const newFileAt = (given: string, { force }: { force: boolean }): string => {
  const file = resolve(given)
  const there = statSync(file, { throwIfNoEntry: false })
  if (there?.isDirectory()) throw new Refused(`${file} is a folder. Name a file in it.`)
  if (there && !force) throw new Refused(`${file} is there already. With --force it is replaced.`)
  if (!existsSync(dirname(file)))
    throw new Refused(`There is no folder ${dirname(file)}. Make it first, if the path is right.`)
  return file
}

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
