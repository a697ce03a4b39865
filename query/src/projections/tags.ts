import type { Database } from '@logbook/chassis/sqlite.ts'
import type { TagCount } from '@logbook/contracts/http/query.ts'
import { epochMs, type PostEvent } from './posts.ts'

export const tagTables = `
  -- The tags of published posts, in the order of the lists.
  CREATE TABLE post_tag (
    tag TEXT NOT NULL, kind TEXT NOT NULL, published_ms INTEGER NOT NULL, post_id TEXT NOT NULL,
    PRIMARY KEY (tag, kind, published_ms, post_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX post_tag_by_post ON post_tag (post_id);
`

/** Which post has which tags. */
export const tagsProjection = (db: Database) => {
  const clear = db.prepare<[string]>('DELETE FROM post_tag WHERE post_id = ?')
  const add = db.prepare<[string, string, number, string]>(
    'INSERT INTO post_tag (tag, kind, published_ms, post_id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  )
  const counts = db.prepare<[], TagCount>(
    "SELECT tag, count(*) AS count FROM post_tag WHERE kind = 'post' GROUP BY tag ORDER BY count DESC, tag",
  )
  return {
    /** Call it only with events that were newer than the post's row. */
    apply({ data, version }: PostEvent): void {
      if (version > 1) clear.run(data.id)
      if (data.status !== 'published') return
      for (const tag of data.tags) add.run(tag, data.kind, epochMs(data.publishedAt), data.id)
    },
    /** The most used first. Pages are not counted: no list of posts shows them. */
    counts: (): TagCount[] => counts.all(),
  }
}

export type Tags = ReturnType<typeof tagsProjection>
