import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { WallClock } from '@logbook/chassis/clock.ts'
import { foldTogether, putInPlace } from '@logbook/chassis/files/put-in-place.ts'
import { Refused } from '@logbook/chassis/start/command-line.ts'
import type { LogIdentity } from '@logbook/contracts/http/log-identity.ts'
import { identityIn, raiseEpoch } from '../log/identity.ts'
import { type End, openLogFile } from '../log/sqlite-rows.ts'
import { copyVerified } from './backup.ts'
import { asOnlyWriter, isVacant, openToRead } from './log-file.ts'
import type { Progress } from './progress.ts'

export interface Restored {
  end: End
  /** Where the earlier log is now, or null if there was none. */
  kept: string | null
  /** The identity of the restored log: that of the backup, in a new epoch. */
  log: LogIdentity
}

const holdsSomething = (log: string): boolean => {
  try {
    return !isVacant(log)
  } catch {
    // Damaged or something else: it may still be needed.
    return true
  }
}

/** The epoch of the log that a backup replaces; 0 where there is none, or it can't be read. */
const epochOf = (log: string): number => {
  if (!existsSync(log)) return 0
  try {
    const db = openToRead(log)
    try {
      return identityIn(db)?.epoch ?? 0
    } finally {
      db.close()
    }
  } catch {
    return 0
  }
}

/** Readers that had read further than the backup must learn that later positions will have other events. */
const beginEpochIn = (part: string, { than }: { than: number }) => {
  const db = openLogFile(part)
  try {
    return raiseEpoch(db, { than })
  } finally {
    db.close()
    foldTogether(part)
  }
}

/** Replaces the log by a backup, once it is verified. Throws `Refused` over a log with events, unless `force`. */
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
      const identity = beginEpochIn(part, { than: epochOf(log) })
      await putInPlace(part, log, kept ?? undefined)
      return { end, kept, log: { id: identity.id, epoch: identity.epoch } }
    })
  })
}
