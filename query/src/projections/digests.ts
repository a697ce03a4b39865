import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import type { AsOf } from './temporal.ts'

export const digestTables = `
  -- The digest of each week in the time zone of the blog: ids, whose posts and comments are looked up when it is shown.
  CREATE TABLE digest (
    week TEXT PRIMARY KEY, time_zone TEXT NOT NULL, event_id TEXT NOT NULL, position INTEGER NOT NULL, issued_at TEXT NOT NULL,
    most_read TEXT NOT NULL, posts TEXT NOT NULL, featured TEXT NOT NULL, comments TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
`

/** An issued digest. `mostRead` and what follows are ids. */
export interface IssuedDigest {
  week: string
  timeZone: string
  eventId: string
  issuedAt: string
  mostRead: readonly string[]
  posts: readonly string[]
  featured: readonly string[]
  comments: readonly string[]
}

type Row = Record<
  'week' | 'timeZone' | 'eventId' | 'issuedAt' | 'mostRead' | 'posts' | 'featured' | 'comments',
  string
>

const columns =
  'week, time_zone AS timeZone, event_id AS eventId, issued_at AS issuedAt, most_read AS mostRead, posts, featured, comments'

const issuedOf = ({ mostRead, posts, featured, comments, ...row }: Row): IssuedDigest => ({
  ...row,
  mostRead: JSON.parse(mostRead),
  posts: JSON.parse(posts),
  featured: JSON.parse(featured),
  comments: JSON.parse(comments),
})

const untilOf = (asOf: AsOf): number => asOf?.position ?? Number.MAX_SAFE_INTEGER

/** The weekly digests. A row never changes, so that the past needs no history of it. */
export const digestsProjection = (db: Database) => {
  // After a change of the blog's time zone a week may have two: the first one counts, in whatever order they come.
  const add = db.prepare(
    `INSERT INTO digest (week, time_zone, event_id, position, issued_at, most_read, posts, featured, comments)
     VALUES (@week, @timeZone, @eventId, @position, @issuedAt, @mostRead, @posts, @featured, @comments)
     ON CONFLICT DO UPDATE SET time_zone = excluded.time_zone, event_id = excluded.event_id, position = excluded.position,
       issued_at = excluded.issued_at, most_read = excluded.most_read, posts = excluded.posts, featured = excluded.featured, comments = excluded.comments
       WHERE excluded.position < digest.position`,
  )
  const latest = db.prepare<[number, string, number], Row>(
    `SELECT ${columns} FROM digest WHERE position <= ? AND week < ? ORDER BY week DESC LIMIT ?`,
  )
  const one = db.prepare<[number, string], Row>(
    `SELECT ${columns} FROM digest WHERE position <= ? AND week = ?`,
  )
  return {
    /** Returns true if there is a digest more. */
    apply({ id, position, data }: LogbookEvent<'DigestIssued'>): boolean {
      const { week, timeZone, issuedAt, mostRead = [], posts, featured = [], comments, ofBlog = true } = data
      if (!ofBlog) return false
      const values = {
        mostRead: JSON.stringify(mostRead),
        posts: JSON.stringify(posts),
        featured: JSON.stringify(featured),
        comments: JSON.stringify(comments),
      }
      return add.run({ week, timeZone, eventId: id, position, issuedAt, ...values }).changes > 0
    },
    /** The latest weeks before one. */
    latest: ({
      before,
      limit,
      asOf,
    }: {
      before?: string | undefined
      limit: number
      asOf?: AsOf
    }): IssuedDigest[] => latest.all(untilOf(asOf), before ?? '9999-12-31', limit).map(issuedOf),
    one(week: string, asOf?: AsOf): IssuedDigest | undefined {
      const row = one.get(untilOf(asOf), week)
      return row && issuedOf(row)
    },
  }
}
