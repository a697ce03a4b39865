import { pause } from '@logbook/chassis/async/pause.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { beginning, type End } from '../log/sqlite-rows.ts'
import { soundPages } from './check.ts'
import { limits } from './limits.ts'
import { openToRead } from './log-file.ts'
import type { Progress } from './progress.ts'

interface Pace {
  /** After each page it rests nine times as long as the page took, so that it takes a tenth of a processor at most. */
  gently?: boolean
}

const verifyOpen = async (db: Database, progress: Progress, { gently = false }: Pace): Promise<End> => {
  let verified = beginning
  let begun = performance.now()
  for await (const { end, last } of soundPages(db)) {
    verified = end
    progress.at({ what: 'verifying', done: end.position, total: last })
    if (gently) await pause(Math.min(limits.restMsMax, limits.restTimes * (performance.now() - begun)))
    begun = performance.now()
  }
  return verified
}

/** Verifies a log, which may be written meanwhile, up to where it ended at the start. Throws `DamagedLog`, `Refused`. */
export const verifyLog = async (file: string, progress: Progress, pace: Pace = {}): Promise<End> => {
  const db = openToRead(file)
  try {
    return await verifyOpen(db, progress, pace)
  } finally {
    db.close()
    progress.end()
  }
}
