import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { TagCount } from '@logbook/contracts/http/query.ts'
import { tagSlug } from '@logbook/contracts/tags.ts'
import { epochMs, type PostEvent } from './posts.ts'
import { type AsOf, historyTables, temporalQuery } from './temporal.ts'

const columns =
  'slug TEXT NOT NULL, tag TEXT NOT NULL, kind TEXT NOT NULL, published_ms INTEGER NOT NULL, first_position INTEGER NOT NULL, post_id TEXT NOT NULL, position INTEGER NOT NULL'
const primaryKey = 'slug, kind, published_ms, first_position, post_id'

export const tagTables = `
  -- The tags of published posts, one of each slug, in the order of the lists. A tag that an edit leaves as it is keeps its row.
  CREATE TABLE post_tag (${columns}, PRIMARY KEY (${primaryKey})) STRICT, WITHOUT ROWID;
  CREATE INDEX post_tag_by_post ON post_tag (post_id);
  ${historyTables({ table: 'post_tag', columns, primaryKey })}
`

interface TagRow {
  slug: string
  tag: string
  kind: string
  publishedMs: number
}

/** The tags of posts. */
export const tagsProjection = (db: Database) => {
  const present = db.prepare<[string], TagRow>(
    'SELECT slug, tag, kind, published_ms AS publishedMs FROM post_tag WHERE post_id = ?',
  )
  const one = 'slug = ? AND kind = ? AND published_ms = ? AND post_id = ?'
  const keep = db.prepare<[number, string, string, number, string]>(
    `INSERT INTO post_tag_past SELECT *, ? FROM post_tag WHERE ${one}`,
  )
  const remove = db.prepare<[string, string, number, string]>(`DELETE FROM post_tag WHERE ${one}`)
  // The row of the post is written first.
  const add = db.prepare<[string, string, string, number, number, string]>(
    `INSERT INTO post_tag (slug, tag, kind, published_ms, first_position, post_id, position)
     SELECT ?, ?, ?, ?, first_position, id, ? FROM post WHERE id = ? ON CONFLICT DO NOTHING`,
  )
  const counts = temporalQuery<[], TagCount>(
    db,
    ({ from, held }) =>
      `SELECT min(tag) AS tag, slug, count(*) AS count FROM ${from('post_tag')} WHERE ${held('post_tag')} AND kind = 'post'
       GROUP BY slug ORDER BY count DESC, slug`,
  )

  const supersede = ({ data, position }: PostEvent, next: readonly TagRow[]): void => {
    for (const { slug, tag, kind, publishedMs } of present.all(data.id)) {
      const stays = next.some(
        (each) => each.tag === tag && each.kind === kind && each.publishedMs === publishedMs,
      )
      if (stays) continue
      keep.run(position, slug, kind, publishedMs, data.id)
      remove.run(slug, kind, publishedMs, data.id)
    }
  }

  return {
    /** Call it only with events that changed the post's row. */
    apply(event: PostEvent): void {
      const { data, version, position } = event
      const next: TagRow[] =
        data.status === 'published'
          ? data.tags.map((tag) => ({
              slug: tagSlug(tag),
              tag,
              kind: data.kind,
              publishedMs: epochMs(data.publishedAt),
            }))
          : []
      if (version > 1) supersede(event, next)
      for (const { slug, tag, kind, publishedMs } of next)
        add.run(slug, tag, kind, publishedMs, position, data.id)
    },
    /** The most used first. Pages are not counted, as in lists. */
    counts: (asOf?: AsOf): TagCount[] => counts.all(asOf),
  }
}

export type Tags = ReturnType<typeof tagsProjection>
