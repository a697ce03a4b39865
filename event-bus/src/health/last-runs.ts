import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import type { HealthDetails } from '@logbook/contracts/http/health.ts'
import { z } from 'zod'

/** Periodic work on a whole log. */
export type Run = 'backup' | 'scrub'

const runSchema = z.object({
  /** The time of the last completed run, or null. */
  at: z.iso.datetime().nullable(),
  /** Why the last one failed, or null. */
  fault: z.string().nullable(),
})
export type LastRun = z.infer<typeof runSchema>

const never: LastRun = { at: null, fault: null }

/** Where the last one is noted, beside the log. */
const noteOf = (log: string, run: Run): string => `${log}.${run}.json`

/** The last run. A missing or unreadable note counts as none. */
export const lastRun = (log: string, run: Run): LastRun => {
  try {
    return runSchema.parse(JSON.parse(readFileSync(noteOf(log, run), 'utf8')))
  } catch {
    return never
  }
}

/** Stores a run for `/health` of the bus. */
export const noteRun = (log: string, run: Run, last: LastRun): void => {
  const note = noteOf(log, run)
  const part = `${note}.part`
  try {
    writeFileSync(part, `${JSON.stringify(last)}\n`, { mode: 0o600 })
    renameSync(part, note)
  } finally {
    rmSync(part, { force: true })
  }
}

/** Tolerated for a clock that is ahead. */
const aheadSecondsMax = 3_600

/** Negative where the clock was ahead by more than that when it was stored. */
const ageSecondsOf = (at: string, now: Date): number => {
  const seconds = Math.round((now.getTime() - Date.parse(at)) / 1_000)
  return seconds < -aheadSecondsMax ? seconds : Math.max(0, seconds)
}

/** Both runs, for `/health`. */
export const lastRuns = (log: string, now: Date): Required<Pick<HealthDetails, Run>> => {
  const statusOfRun = (run: Run) => {
    const { at, fault } = lastRun(log, run)
    return { at, ageSeconds: at === null ? null : ageSecondsOf(at, now), fault }
  }
  return { backup: statusOfRun('backup'), scrub: statusOfRun('scrub') }
}
