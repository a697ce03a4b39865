import type { Database } from '@logbook/chassis/sqlite.ts'
import { beginning, type End } from '../sqlite-rows.ts'
import { soundPages } from './check.ts'
import { openToRead } from './log-file.ts'
import type { Progress } from './progress.ts'

const verifyOpen = async (db: Database, progress: Progress): Promise<End> => {
  let verified = beginning
  for await (const { end, last } of soundPages(db)) {
    verified = end
    progress.at({ what: 'verifying', done: end.position, total: last })
  }
  return verified
}

/** Verifies a log, which may be written meanwhile, up to where it ended at the start. Throws `DamagedLog`, `Refused`. */
export const verifyLog = async (file: string, progress: Progress): Promise<End> => {
  const db = openToRead(file)
  try {
    return await verifyOpen(db, progress)
  } finally {
    db.close()
    progress.end()
  }
}
