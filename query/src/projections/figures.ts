import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { type Figures, figuresLimits } from '@logbook/contracts/http/figures.ts'

export const figuresTables = `
  -- What each counter counted of a post on a day. Its counts only rise, so that the larger one is the later one.
  CREATE TABLE post_views (post_id TEXT NOT NULL, day TEXT NOT NULL, counter TEXT NOT NULL, views INTEGER NOT NULL,
    readers INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (post_id, day, counter)) STRICT, WITHOUT ROWID;
  CREATE INDEX post_views_by_day ON post_views (day, views, readers);
  CREATE TABLE post_referrer (post_id TEXT NOT NULL, day TEXT NOT NULL, host TEXT NOT NULL, counter TEXT NOT NULL,
    readers INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (post_id, day, host, counter)) STRICT, WITHOUT ROWID;
  CREATE INDEX post_referrer_by_day ON post_referrer (day, host, readers);
`

/** Of which posts and days figures are wanted: of published posts, of all people or one, of all posts or one. */
interface FiguresRequest {
  from: string
  to: string
  personId: string | null
  postId: string | null
}

interface Counted {
  views: number
  readers: number
}

interface NamedPost {
  id: string
  slug: string
  title: string
}

/** Views of posts by day. Posts that are not published have rows, and are in no answer. */
export const figuresProjection = (db: Database) => {
  const addViews = db.prepare<[string, string, string, number, number, number]>(
    `INSERT INTO post_views (post_id, day, counter, views, readers, position) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET views = max(views, excluded.views), readers = max(readers, excluded.readers),
       position = max(position, excluded.position)`,
  )
  const addReferrer = db.prepare<[string, string, string, string, number, number]>(
    `INSERT INTO post_referrer (post_id, day, host, counter, readers, position) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET readers = max(readers, excluded.readers), position = max(position, excluded.position)`,
  )
  const title = "('{' || head || '}') ->> '$.title' AS title"
  const onePost = db.prepare<[Pick<FiguresRequest, 'personId' | 'postId'>], NamedPost>(
    `SELECT id, slug, ${title} FROM post
     WHERE id = @postId AND status = 'published' AND (@personId IS NULL OR person_id = @personId)`,
  )
  const rowsOf = (table: string): string =>
    `FROM ${table} AS counted JOIN post ON post.id = counted.post_id AND post.status = 'published'
     WHERE day BETWEEN @from AND @to AND (@postId IS NULL OR post_id = @postId)
       AND (@personId IS NULL OR post.person_id = @personId)`
  const sums = 'sum(views) AS views, sum(readers) AS readers'
  const byDay = db.prepare<[FiguresRequest], Counted & { day: string }>(
    `SELECT day, ${sums} ${rowsOf('post_views')} GROUP BY day ORDER BY day`,
  )
  const byPost = db.prepare<[FiguresRequest], Counted & NamedPost>(
    `SELECT post.id, slug, ${title}, ${sums} ${rowsOf('post_views')}
     GROUP BY post.id ORDER BY readers DESC, views DESC, post.id LIMIT ${figuresLimits.postsMax}`,
  )
  const byHost = db.prepare<[FiguresRequest], { host: string; readers: number }>(
    `SELECT host, sum(readers) AS readers ${rowsOf('post_referrer')} GROUP BY host
     HAVING sum(readers) >= ${figuresLimits.namedReadersMin}
     ORDER BY readers DESC, host LIMIT ${figuresLimits.referrersMax}`,
  )

  return {
    apply({ data: { day, counter, posts }, position }: LogbookEvent<'PostViewsCounted'>): void {
      for (const { id, views, readers, referrers } of posts) {
        addViews.run(id, day, counter, views, readers, position)
        for (const { host, readers } of referrers) addReferrer.run(id, day, host, counter, readers, position)
      }
    },
    /** A published post, if it is this person's; null for anyone's. */
    post: (postId: string, personId: string | null): NamedPost | undefined =>
      onePost.get({ postId, personId }),
    /** `days` are those with views alone. */
    of: (request: FiguresRequest): Pick<Figures, 'days' | 'posts' | 'referrers'> => ({
      days: byDay.all(request),
      posts: byPost.all(request),
      referrers: byHost.all(request),
    }),
  }
}
