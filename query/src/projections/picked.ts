import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { type AsOf, temporalQuery } from './temporal.ts'

/** The condition that a comment is featured, or quoted beside its post: also that of an index. */
export const isPicked = (flag: 'promoted' | 'advertised'): string =>
  `status = 'approved' AND public ->> '$.${flag}'`

export interface FeaturedRow {
  public: string
  slug: string
  head: string
}

interface FeaturedRequest {
  /** Written at this time or later. */
  fromMs: number
  limit: number
  asOf?: AsOf
}

/** Comments that a writer or moderator has picked out. It has no table. */
export const pickedProjection = (db: Database) => {
  const featured = temporalQuery<[number, number], FeaturedRow>(
    db,
    ({ from, held, shown }) =>
      `SELECT ${shown('comment')} AS public, slug, head, created_ms, comment.first_position FROM ${from('comment')}
       JOIN ${from('post')} ON post.id = comment.post_id
       WHERE ${held('comment', 'post')} AND comment.${isPicked('promoted')} AND post.status = 'published' AND created_ms >= ?
       ORDER BY created_ms DESC, comment.first_position DESC LIMIT ?`,
  )
  const quoted = temporalQuery<[string, number], { public: string }>(
    db,
    ({ from, held, shown }) =>
      `SELECT ${shown('comment')} AS public, created_ms, first_position FROM ${from('comment')}
       WHERE ${held('comment')} AND post_id = ? AND ${isPicked('advertised')}
       ORDER BY created_ms DESC, first_position DESC LIMIT ?`,
  )
  return {
    /** Featured comments below published posts, the newest first. */
    featured: ({ fromMs, limit, asOf }: FeaturedRequest): FeaturedRow[] => featured.all(asOf, fromMs, limit),
    /** Comments that are quoted beside their post, as JSON, the newest first. */
    quoted: (postId: string, { limit, asOf }: { limit: number; asOf?: AsOf }): string[] =>
      quoted.all(asOf, postId, limit).map((each) => each.public),
  }
}
