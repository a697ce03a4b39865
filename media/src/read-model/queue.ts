import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { kindsOf, type Task } from '../domain/kinds.ts'
import { limits } from '../limits.ts'

/** A job under way. */
export interface Held {
  id: string
  lease: number
  worker: string
}

interface Candidate {
  id: string
  position: number
  request: string
  task: Task
}

interface Choice {
  skipped?: ReadonlySet<string>
  /** Hosts of links that are not tried, but by these jobs. */
  resting?: { hosts: readonly string[]; triedBy: readonly string[] }
  /** The kinds of work that the worker supports; all kinds if absent. */
  kinds?: ReadonlySet<string>
}

export type Queue = ReturnType<typeof queueOf>

/**
 * A fair queue: the next job is the oldest of the owner who was served longest ago. A thousand jobs of one person delay those of
 * another by one job at most.
 */
export const queueOf = (db: Database) => {
  const owners = db
    .prepare<[], string>('SELECT owner FROM turn WHERE waiting > 0 ORDER BY served, owner')
    .pluck()
  // One look for what may begin at once, and one for what waited for its time.
  const mayBegin = `(host IS NULL OR task = 'crop' OR host NOT IN (SELECT value FROM json_each(@hosts))
       OR id IN (SELECT value FROM json_each(@triedBy)))`
  const ready = db.prepare<[{ owner: string; hosts: string; triedBy: string }], Candidate>(
    `SELECT id, position, request, task FROM medium WHERE status = 'waiting' AND coalesce(owner, '') = @owner AND retry_at = 0
       AND ${mayBegin} ORDER BY position`,
  )
  // What waits for longer than any pause was postponed by a clock that was ahead.
  const due = db.prepare<
    [{ owner: string; hosts: string; triedBy: string; nowMs: number; latestMs: number }],
    Candidate
  >(
    `SELECT id, position, request, task FROM medium WHERE status = 'waiting' AND coalesce(owner, '') = @owner AND retry_at > 0
       AND (retry_at <= @nowMs OR retry_at > @latestMs) AND ${mayBegin} ORDER BY position`,
  )
  const nextRetry = db
    .prepare<[], number | null>("SELECT min(retry_at) FROM medium WHERE status = 'waiting' AND retry_at > 0")
    .pluck()
  const waiting = db.prepare<[number], { postponed: number; oldestAt: string | null }>(
    `SELECT count(*) FILTER (WHERE retry_at > ?) AS postponed, min(request ->> 'requestedAt') AS oldestAt
     FROM medium WHERE status = 'waiting'`,
  )
  const ofHost = db
    .prepare<[string, number], string>(
      "SELECT id FROM medium WHERE status = 'waiting' AND host = ? AND task = 'all' ORDER BY position LIMIT ?",
    )
    .pluck()
  const held = db.prepare<[], Held>("SELECT id, lease, worker FROM medium WHERE status = 'claimed'")

  const firstOf = (rows: Iterable<Candidate>, { skipped, kinds }: Choice): Candidate | undefined => {
    for (const row of rows) {
      const isKnown =
        kinds === undefined || kindsOf(JSON.parse(row.request), row.task).every((kind) => kinds.has(kind))
      if (isKnown && skipped?.has(row.id) !== true) return row
    }
    return undefined
  }

  return {
    /** The id of the next job at `nowMs` of the wall clock that is not among `skipped` and needs only `kinds`, or undefined. */
    next(nowMs: number, choice: Choice = {}): string | undefined {
      const { hosts = [], triedBy = [] } = choice.resting ?? {}
      const resting = { hosts: JSON.stringify(hosts), triedBy: JSON.stringify(triedBy) }
      for (const owner of owners.all()) {
        const found = [
          firstOf(ready.iterate({ owner, ...resting }), choice),
          firstOf(due.iterate({ owner, ...resting, nowMs, latestMs: nowMs + limits.retryMsMax }), choice),
        ].filter((row) => row !== undefined)
        const [first] = found.sort((one, other) => one.position - other.position)
        if (first) return first.id
      }
      return undefined
    },
    /** The ids of jobs that wait to fetch from a host, the oldest first. */
    ofHost: (host: string, limit: number): string[] => ofHost.all(host, limit),
    /** When the next job comes of time, in ms since 1970; undefined where none waits for one. */
    nextRetryMs: (): number | undefined => nextRetry.get() ?? undefined,
    /** Of the jobs that wait: how many do so for a time, and when the oldest was requested. */
    waiting: (nowMs: number) => waiting.get(nowMs) ?? { postponed: 0, oldestAt: null },
    /** Jobs under way, with the lease that holds each. */
    held: (): Held[] => held.all(),
  }
}
