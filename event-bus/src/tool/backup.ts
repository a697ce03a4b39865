import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import {
  foldTogether,
  newFileAt,
  partOf,
  putInPlace,
  removeFile,
} from '@logbook/chassis/files/put-in-place.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { Refused } from '@logbook/chassis/start/command-line.ts'
import type { End } from '../log/sqlite-rows.ts'
import { limits } from './limits.ts'
import { openToRead } from './log-file.ts'
import type { Progress } from './progress.ts'
import { verifyLog } from './verify.ts'

const copy = async (from: Database, to: string, progress: Progress): Promise<void> => {
  // In one read transaction: otherwise SQLite restarts the copy after each write of the bus.
  from.exec('BEGIN')
  try {
    from.prepare('SELECT 1 FROM events LIMIT 1').get()
    await from.backup(to, {
      progress: ({ totalPages, remainingPages }) => {
        progress.at({ what: 'copying', done: totalPages - remainingPages, total: totalPages })
        return limits.copyPagesMax
      },
    })
  } finally {
    from.exec('ROLLBACK')
  }
}

/**
 * Makes a verified copy of a log, as it is now, in `partOf(file)`, and passes it to `place`. After a failure the rest is removed.
 */
export const copyVerified = async <Result>(
  { from, file, progress }: { from: string; file: string; progress: Progress },
  place: (part: string, end: End) => Promise<Result>,
): Promise<Result> => {
  const source = openToRead(from)
  const part = partOf(file)
  try {
    await mkdir(dirname(file), { recursive: true })
    await removeFile(part)
    await copy(source, part, progress)
    foldTogether(part)
    return await place(part, await verifyLog(part, progress))
  } finally {
    source.close()
    progress.end()
    await removeFile(part)
  }
}

const refuseOverwriting = (file: string): void => {
  if (!existsSync(file)) return
  try {
    openToRead(file).close()
  } catch {
    throw new Refused(`${file} is there already and is not a backup of a log. Choose another name.`)
  }
}

interface BackupLog {
  log: string
  to: string
  /** Replace an earlier backup there, once this one is verified. */
  force?: boolean
  progress: Progress
}

/** Backs up a log, which may be in use, into one file. Throws `Refused` where it can't be written. */
export const backupLog = async ({ log, to: given, force = false, progress }: BackupLog): Promise<End> => {
  if (resolve(given) === log)
    throw new Refused('The backup would replace the log itself. Choose another name.')
  const to = newFileAt(given, { force })
  refuseOverwriting(to)
  return copyVerified({ from: log, file: to, progress }, async (part, end) => {
    await putInPlace(part, to)
    return end
  })
}
