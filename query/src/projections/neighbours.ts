import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { tagSlug } from '@logbook/contracts/tags.ts'
import type { Kind } from './post-rows.ts'
import { epochMs } from './posts.ts'
import { type AsOf, temporalQuery } from './temporal.ts'

/** The fields of a post that determine its neighbours. */
export interface Neighbourhood {
  id: string
  firstPosition: number
  kind: Kind
  publishedAt: string
  tags: readonly string[]
}

interface NeighbourRow {
  id: string
  slug: string
  head: string
  publishedMs: number
}

/** The tags of a post, and the latest posts of each tag, that are searched for related posts. */
const tagsLookedAtMax = 8
const postsPerTagMax = 20

const beside = (db: Database, direction: 'before' | 'after') => {
  const [comparison, order] = direction === 'before' ? ['<', 'DESC'] : ['>', 'ASC']
  return temporalQuery<[string, number, number], NeighbourRow>(
    db,
    ({ from, held }) =>
      `SELECT id, slug, head, published_ms, first_position, published_ms AS publishedMs FROM ${from('post')}
       WHERE ${held('post')} AND status = 'published' AND kind = ? AND (published_ms, first_position) ${comparison} (?, ?)
       ORDER BY published_ms ${order}, first_position ${order} LIMIT 1`,
  )
}

/** The previous, next and related posts of a post. It has no table. */
export const neighboursProjection = (db: Database) => {
  const sql = {
    before: beside(db, 'before'),
    after: beside(db, 'after'),
    latestOfTag: temporalQuery<[string, number], { id: string; publishedMs: number }>(
      db,
      ({ from, held }) =>
        `SELECT post_id AS id, first_position, published_ms, published_ms AS publishedMs FROM ${from('post_tag')}
         WHERE ${held('post_tag')} AND slug = ? AND kind = 'post' ORDER BY published_ms DESC, first_position DESC LIMIT ?`,
    ),
    one: temporalQuery<[string], NeighbourRow>(
      db,
      ({ from, held }) =>
        `SELECT id, slug, head, published_ms AS publishedMs FROM ${from('post')}
         WHERE ${held('post')} AND id = ? AND status = 'published'`,
    ),
  }
  return {
    previous: ({ firstPosition, kind, publishedAt }: Neighbourhood, asOf?: AsOf) =>
      sql.before.get(asOf, kind, epochMs(publishedAt), firstPosition),
    next: ({ firstPosition, kind, publishedAt }: Neighbourhood, asOf?: AsOf) =>
      sql.after.get(asOf, kind, epochMs(publishedAt), firstPosition),
    /** Posts that share the most tags first, newer ones first among equals. The work is bounded. */
    related({ id, tags }: Neighbourhood, { limit, asOf }: { limit: number; asOf?: AsOf }): NeighbourRow[] {
      const shared = new Map<string, { count: number; publishedMs: number }>()
      for (const tag of tags.slice(0, tagsLookedAtMax))
        for (const other of sql.latestOfTag.all(asOf, tagSlug(tag), postsPerTagMax)) {
          if (other.id === id) continue
          const count = (shared.get(other.id)?.count ?? 0) + 1
          shared.set(other.id, { count, publishedMs: other.publishedMs })
        }
      return [...shared]
        .sort(([, one], [, other]) => other.count - one.count || other.publishedMs - one.publishedMs)
        .slice(0, limit)
        .flatMap(([each]) => sql.one.get(asOf, each) ?? [])
    },
  }
}

export type Neighbours = ReturnType<typeof neighboursProjection>
