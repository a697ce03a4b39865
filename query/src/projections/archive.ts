import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { MonthCount } from '@logbook/contracts/http/query.ts'
import { monthIn, spanOfMonth } from '@logbook/contracts/time-zone.ts'
import { type AsOf, temporalQuery } from './temporal.ts'

interface PlaceRow {
  slug: string
  head: string
}

/** `times` are in descending order, so that each month is looked up once. */
const countByMonth = (times: readonly { publishedMs: number }[], timeZone: string): MonthCount[] => {
  const months: MonthCount[] = []
  let fromMs = Number.POSITIVE_INFINITY
  for (const { publishedMs } of times) {
    const last = months.at(-1)
    if (last !== undefined && publishedMs >= fromMs) last.count++
    else {
      const month = monthIn(publishedMs, timeZone)
      fromMs = spanOfMonth(month, timeZone).fromMs
      months.push({ month, count: 1 })
    }
  }
  return months
}

/** The number of posts, by month and in total. It reads the rows of posts and has no table. */
export const archiveProjection = (db: Database) => {
  const sql = {
    months: temporalQuery<[], MonthCount>(
      db,
      ({ from, held }) =>
        `SELECT strftime('%Y-%m', published_ms / 1000, 'unixepoch') AS month, count(*) AS count FROM ${from('post')}
         WHERE ${held('post')} AND status = 'published' AND kind = 'post' GROUP BY month ORDER BY month DESC`,
    ),
    // Newest first. SQLite knows no time zones but UTC.
    times: temporalQuery<[], { publishedMs: number }>(
      db,
      ({ from, held }) =>
        `SELECT published_ms AS publishedMs FROM ${from('post')}
         WHERE ${held('post')} AND status = 'published' AND kind = 'post' ORDER BY published_ms DESC`,
    ),
    count: db.prepare<[], number>("SELECT count(*) FROM post WHERE status = 'published'").pluck(),
    // Oldest first, so that a new post moves no other to another sitemap.
    places: db.prepare<[number, number], PlaceRow>(
      `SELECT slug, head FROM post WHERE status = 'published' ORDER BY kind, published_ms, id LIMIT ? OFFSET ?`,
    ),
  }
  return {
    /** The months of a time zone, latest first. Pages are not counted, as in lists. */
    months: (timeZone: string, asOf?: AsOf): MonthCount[] =>
      timeZone === 'UTC' ? sql.months.all(asOf) : countByMonth(sql.times.all(asOf), timeZone),
    /** Posts and pages. */
    count: (): number => sql.count.get() ?? 0,
    /** Posts and pages, in a stable order. */
    places: ({ limit, offset }: { limit: number; offset: number }): PlaceRow[] =>
      sql.places.all(limit, offset),
  }
}

export type Archive = ReturnType<typeof archiveProjection>
