import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { limits } from '../limits.ts'

const msPerMinute = 60_000
const minuteOf = (ms: number): number => Math.floor(ms / msPerMinute)

export interface Pace {
  worker: string
  finished: number
  failed: number
  /** Finished jobs a minute. */
  rate: number
  /** The minute in which it last ended a job, RFC 3339. */
  lastAt: string
}

/** How many jobs each worker ends, by the minute, for a day. */
export const paceOf = (db: Database) => {
  const count = db.prepare<[{ minute: number; worker: string; finished: number; failed: number }]>(
    `INSERT INTO pace (minute, worker, finished, failed) VALUES (@minute, @worker, @finished, @failed)
       ON CONFLICT DO UPDATE SET finished = finished + @finished, failed = failed + @failed`,
  )
  const forget = db.prepare<[number]>('DELETE FROM pace WHERE minute < ?')
  const workers = db.prepare<[{ recent: number; since: number }], Omit<Pace, 'lastAt'> & { minute: number }>(
    `SELECT worker, sum(finished) AS finished, sum(failed) AS failed, max(minute) AS minute,
       sum(CASE WHEN minute > @recent THEN finished ELSE 0 END) AS rate
     FROM pace WHERE minute > @since GROUP BY worker ORDER BY minute DESC, worker LIMIT ${limits.pacedWorkersMax}`,
  )
  return {
    /** A worker ended a job at this time, RFC 3339. */
    count(worker: string, at: string, how: 'finished' | 'failed'): void {
      const minute = minuteOf(Date.parse(at))
      count.run({ minute, worker, finished: Number(how === 'finished'), failed: Number(how === 'failed') })
      forget.run(minute - limits.paceMinutesMax)
    },
    /** The workers of the last day, the latest first. */
    workers(nowMs: number): Pace[] {
      const minute = minuteOf(nowMs)
      const asked = { recent: minute - limits.rateMinutes, since: minute - limits.paceMinutesMax }
      return workers.all(asked).map(({ minute: last, rate, ...counted }) => ({
        ...counted,
        rate: rate / limits.rateMinutes,
        lastAt: new Date(last * msPerMinute).toISOString(),
      }))
    },
  }
}
