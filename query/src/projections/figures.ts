import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'

export const figuresTables = `
  -- What each counter counted of a post on a day. Its counts only rise, so that the larger one is the later one.
  CREATE TABLE post_views (day TEXT NOT NULL, post_id TEXT NOT NULL, counter TEXT NOT NULL, views INTEGER NOT NULL,
    readers INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (day, post_id, counter)) STRICT, WITHOUT ROWID;
  CREATE TABLE post_referrer (day TEXT NOT NULL, post_id TEXT NOT NULL, host TEXT NOT NULL, counter TEXT NOT NULL,
    readers INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (day, post_id, host, counter)) STRICT, WITHOUT ROWID;
`

interface ViewedRow {
  postId: string
  views: number
  readers: number
}

interface ReferredRow {
  postId: string
  host: string
  readers: number
}

/** A published post. */
interface NamedPost {
  id: string
  slug: string
  title: string
}

/** Views of posts by day, of posts that are not published too. */
export const figuresProjection = (db: Database) => {
  const addViews = db.prepare<[string, string, string, number, number, number]>(
    `INSERT INTO post_views (day, post_id, counter, views, readers, position) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET views = max(views, excluded.views), readers = max(readers, excluded.readers),
       position = max(position, excluded.position)`,
  )
  const addReferrer = db.prepare<[string, string, string, string, number, number]>(
    `INSERT INTO post_referrer (day, post_id, host, counter, readers, position) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET readers = max(readers, excluded.readers), position = max(position, excluded.position)`,
  )
  const viewsOf = (which: string) =>
    `SELECT post_id AS postId, sum(views) AS views, sum(readers) AS readers FROM post_views WHERE ${which} GROUP BY post_id`
  const referrersOf = (which: string) =>
    `SELECT post_id AS postId, host, sum(readers) AS readers FROM post_referrer WHERE ${which} GROUP BY post_id, host`
  const [ofAll, ofOne] = ['day = ?', 'day = ? AND post_id = ?']
  const sql = {
    views: db.prepare<[string], ViewedRow>(viewsOf(ofAll)),
    viewsOfOne: db.prepare<[string, string], ViewedRow>(viewsOf(ofOne)),
    referrers: db.prepare<[string], ReferredRow>(referrersOf(ofAll)),
    referrersOfOne: db.prepare<[string, string], ReferredRow>(referrersOf(ofOne)),
    post: db.prepare<[{ id: string; personId: string | null }], NamedPost>(
      `SELECT id, slug, ('{' || head || '}') ->> '$.title' AS title FROM post
       WHERE id = @id AND status = 'published' AND (@personId IS NULL OR person_id = @personId)`,
    ),
  }

  return {
    apply({ data: { day, counter, posts }, position }: LogbookEvent<'PostViewsCounted'>): void {
      for (const { id, views, readers, referrers } of posts) {
        addViews.run(day, id, counter, views, readers, position)
        for (const { host, readers } of referrers) addReferrer.run(day, id, host, counter, readers, position)
      }
    },
    /** A published post, if it is this person's; null for anyone's. */
    post: (id: string, personId: string | null): NamedPost | undefined => sql.post.get({ id, personId }),
    /** What was counted on a day, of all posts or one, the sum of all counters. */
    ofDay: (day: string, postId: string | null) =>
      postId === null
        ? { views: sql.views.all(day), referrers: sql.referrers.all(day) }
        : { views: sql.viewsOfOne.all(day, postId), referrers: sql.referrersOfOne.all(day, postId) },
  }
}
export type FiguresProjection = ReturnType<typeof figuresProjection>
