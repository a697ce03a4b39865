import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { limits } from '../limits.ts'
import type { Fold } from './fold.ts'

const dayMs = 86_400_000

/** How many read each post on each day, as long as a digest may need it. Counts only rise. */
export const readingFold = (db: Database): Fold<'PostViewsCounted'> => {
  const count = db.prepare<[string, string, string, number]>(
    `INSERT INTO reading (day, counter, post_id, readers) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET readers = max(readers, excluded.readers)`,
  )
  const prune = db.prepare<[string]>('DELETE FROM reading WHERE day < ?')
  return ({ data: { day, counter, posts } }) => {
    for (const { id, readers } of posts) count.run(day, counter, id, readers)
    const before = Date.parse(`${day}T00:00:00Z`) - limits.readingDaysMax * dayMs
    prune.run(new Date(before).toISOString().slice(0, 10))
  }
}
