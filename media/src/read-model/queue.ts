import type { Database } from '@logbook/chassis/sqlite.ts'

/** A job under way. */
export interface Held {
  id: string
  lease: number
  worker: string
}

export type Queue = ReturnType<typeof queueOf>

/**
 * Which job is next: of the owner who was served longest ago, the one that was requested first. One person's thousand jobs delay
 * another's by one at most.
 */
export const queueOf = (db: Database) => {
  const owners = db
    .prepare<[], string>('SELECT owner FROM turn WHERE waiting > 0 ORDER BY served, owner')
    .pluck()
  // One look for what may begin at once, and one for what waited for its time.
  const ready = db.prepare<[string], { id: string; position: number }>(
    `SELECT id, position FROM medium WHERE status = 'waiting' AND coalesce(owner, '') = ? AND retry_at = 0
     ORDER BY position`,
  )
  const due = db.prepare<[string, number], { id: string; position: number }>(
    `SELECT id, position FROM medium WHERE status = 'waiting' AND coalesce(owner, '') = ? AND retry_at > 0 AND retry_at <= ?
     ORDER BY position`,
  )
  const nextRetry = db
    .prepare<[], number | null>("SELECT min(retry_at) FROM medium WHERE status = 'waiting' AND retry_at > 0")
    .pluck()
  const held = db.prepare<[], Held>("SELECT id, lease, worker FROM medium WHERE status = 'claimed'")

  const firstOf = (rows: Iterable<{ id: string; position: number }>, skipped: ReadonlySet<string>) => {
    for (const row of rows) if (!skipped.has(row.id)) return row
    return undefined
  }

  return {
    /** The id of the next job at `nowMs` of the wall clock that is not among `skipped`, or undefined. */
    next(nowMs: number, skipped: ReadonlySet<string> = new Set()): string | undefined {
      for (const owner of owners.all()) {
        const found = [
          firstOf(ready.iterate(owner), skipped),
          firstOf(due.iterate(owner, nowMs), skipped),
        ].filter((row) => row !== undefined)
        const [first] = found.sort((one, other) => one.position - other.position)
        if (first) return first.id
      }
      return undefined
    },
    /** When the next job comes of time, in ms since 1970; undefined where none waits for one. */
    nextRetryMs: (): number | undefined => nextRetry.get() ?? undefined,
    /** Jobs under way, with the lease that holds each. */
    held: (): Held[] => held.all(),
  }
}
