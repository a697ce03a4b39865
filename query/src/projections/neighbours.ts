import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { Kind } from './post-rows.ts'
import { epochMs } from './posts.ts'
import { type AsOf, temporalQuery } from './temporal.ts'

/** The fields of a post that determine its neighbours. */
export interface Neighbourhood {
  id: string
  firstPosition: number
  kind: Kind
  publishedAt: string
}

interface NeighbourRow {
  id: string
  slug: string
  head: string
  publishedMs: number
}

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

/** The previous and the next post of a post. It has no table. */
export const neighboursProjection = (db: Database) => {
  const sql = {
    before: beside(db, 'before'),
    after: beside(db, 'after'),
  }
  return {
    previous: ({ firstPosition, kind, publishedAt }: Neighbourhood, asOf?: AsOf) =>
      sql.before.get(asOf, kind, epochMs(publishedAt), firstPosition),
    next: ({ firstPosition, kind, publishedAt }: Neighbourhood, asOf?: AsOf) =>
      sql.after.get(asOf, kind, epochMs(publishedAt), firstPosition),
  }
}

export type Neighbours = ReturnType<typeof neighboursProjection>
