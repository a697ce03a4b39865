import { pause } from '@logbook/chassis/async/pause.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { beginning, type End } from '../log/sqlite-rows.ts'
import { soundPages } from './check.ts'
import { limits } from './limits.ts'
import { openToRead } from './log-file.ts'
import type { Progress } from './progress.ts'

interface Pace {
  /** Pause nine times as long as each page took, so that it uses at most a tenth of a processor. */
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

/** Verifies a log, which may be in use, up to its end at the start. Throws `DamagedLog`, `Refused`. */
export const verifyLog = async (file: string, progress: Progress, pace: Pace = {}): Promise<End> => {
  const db = openToRead(file)
  try {
    return await verifyOpen(db, progress, pace)
  } finally {
    db.close()
    progress.end()
  }
}
