import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { AuthorCount } from '@logbook/contracts/http/query.ts'
import { type AsOf, temporalQuery } from './temporal.ts'

/** The authors of posts. It reads the rows of posts and has no table; pages are not counted, as in lists. */
export const authorsProjection = (db: Database) => {
  // SQLite takes the other columns from the row with the maximum: the name on the latest post.
  const counts = temporalQuery<[], AuthorCount & { latestMs: number }>(
    db,
    ({ from, held }) =>
      `SELECT ('{' || head || '}') ->> '$.authorName' AS name, author_slug AS slug, count(*) AS count, max(published_ms) AS latestMs
       FROM ${from('post')} WHERE ${held('post')} AND status = 'published' AND kind = 'post' AND author_slug IS NOT NULL
       GROUP BY author_slug ORDER BY count DESC, author_slug`,
  )
  const outermost = (order: 'ASC' | 'DESC') =>
    temporalQuery<[], { slug: string }>(
      db,
      ({ from, held }) =>
        `SELECT author_slug, author_slug AS slug FROM ${from('post')}
         WHERE ${held('post')} AND status = 'published' AND kind = 'post' AND author_slug IS NOT NULL
         ORDER BY author_slug ${order} LIMIT 1`,
    )
  const [first, last] = [outermost('ASC'), outermost('DESC')]
  return {
    /** Those with the most posts first. */
    counts: (asOf?: AsOf): AuthorCount[] =>
      counts.all(asOf).map(({ name, slug, count }) => ({ name, slug, count })),
    /** True if posts have several authors. It reads two rows at most. */
    areSeveral: (asOf?: AsOf): boolean => first.get(asOf)?.slug !== last.get(asOf)?.slug,
  }
}

export type Authors = ReturnType<typeof authorsProjection>
