import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import type { HealthDetails } from '@logbook/contracts/http/health.ts'
import { z } from 'zod'

/** What is done for the whole of a log now and then. */
export type Run = 'backup' | 'scrub'

const runSchema = z.object({
  /** When it last went to its end. */
  at: z.iso.datetime().nullable(),
  /** Why the last one failed, or null. */
  fault: z.string().nullable(),
})
export type LastRun = z.infer<typeof runSchema>

const never: LastRun = { at: null, fault: null }

/** Where the last one is noted, beside the log. */
const noteOf = (log: string, run: Run): string => `${log}.${run}.json`

/** When it last went well and why it failed, if it did. A note that is missing or can't be read is none. */
export const lastRun = (log: string, run: Run): LastRun => {
  try {
    return runSchema.parse(JSON.parse(readFileSync(noteOf(log, run), 'utf8')))
  } catch {
    return never
  }
}

/** Notes a run for `/health` of whoever opens the log. */
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

/** A clock is set by so much now and then, and nothing is wrong. */
const aheadSecondsMax = 3_600

/** Below zero where the clock was ahead by more than that when it was noted. */
const ageSecondsOf = (at: string, now: Date): number => {
  const seconds = Math.round((now.getTime() - Date.parse(at)) / 1_000)
  return seconds < -aheadSecondsMax ? seconds : Math.max(0, seconds)
}

/** What `/health` says of both. */
export const lastRuns = (log: string, now: Date): Required<Pick<HealthDetails, Run>> => {
  const told = (run: Run) => {
    const { at, fault } = lastRun(log, run)
    return { at, ageSeconds: at === null ? null : ageSecondsOf(at, now), fault }
  }
  return { backup: told('backup'), scrub: told('scrub') }
}
