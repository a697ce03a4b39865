import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { WallClock } from '@logbook/chassis/clock.ts'
import { Refused } from '@logbook/chassis/command-line.ts'
import { putInPlace } from '@logbook/chassis/put-in-place.ts'
import type { End } from '../sqlite-rows.ts'
import { copyVerified } from './backup.ts'
import { asOnlyWriter, isVacant, openToRead } from './log-file.ts'
import type { Progress } from './progress.ts'

export interface Restored {
  end: End
  /** Where the log that stood there is now, or null if there was none. */
  kept: string | null
}

const holdsSomething = (log: string): boolean => {
  try {
    return !isVacant(log)
  } catch {
    // Damaged or something else: it may hold what someone wants to keep.
    return true
  }
}

/** Puts a backup in the place of the log, once it is verified. Throws `Refused` over a log with events, unless `force`. */
export const restoreLog = async (request: {
  log: string
  from: string
  force: boolean
  clock: WallClock
  progress: Progress
}): Promise<Restored> => {
  const { log, force, clock, progress } = request
  const from = resolve(request.from)
  if (from === log) throw new Refused('That is the log itself.')
  openToRead(from).close()
  return asOnlyWriter(log, async () => {
    const keep = existsSync(log) && holdsSomething(log)
    if (keep && !force)
      throw new Refused(`There is a log at ${log}. With --force it is kept beside it under another name.`)
    const kept = keep ? `${log}.before-${clock.now().toISOString().replaceAll(':', '-')}` : null
    return copyVerified({ from, file: log, progress }, async (part, end) => {
      await putInPlace(part, log, kept ?? undefined)
      return { end, kept }
    })
  })
}
