import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { publicHead } from '@logbook/contracts/http/query.ts'
import { authorSlug } from '@logbook/contracts/tags.ts'
import { postLists, shownColumns } from './post-lists.ts'
import type { PostRow } from './post-rows.ts'
import { type AsOf, historyTables, temporalQuery } from './temporal.ts'

const columns = `
    id TEXT NOT NULL, status TEXT NOT NULL, slug TEXT NOT NULL, kind TEXT NOT NULL, author_slug TEXT, person_id TEXT,
    published_ms INTEGER NOT NULL, first_position INTEGER NOT NULL,
    version INTEGER NOT NULL, position INTEGER NOT NULL,
    head TEXT NOT NULL, excerpt TEXT, content TEXT NOT NULL`

export const postTables = `
  -- Every post that is or was. Of drafts and deleted posts nothing is kept that a reader could see. "head" has the members of the
  -- answer that follow from the event alone, as JSON without its braces; "person_id" is whose words these are.
  CREATE TABLE post (${columns}, PRIMARY KEY (id)) STRICT;
  CREATE INDEX post_list ON post (kind, published_ms, first_position) WHERE status = 'published';
  CREATE INDEX post_author ON post (kind, author_slug, published_ms, first_position) WHERE status = 'published';
  CREATE INDEX post_person ON post (person_id) WHERE person_id IS NOT NULL;
  ${historyTables({ table: 'post', columns, primaryKey: 'id' })}
  CREATE INDEX post_past_list ON post_past (kind, published_ms, first_position, until) WHERE status = 'published';
  CREATE INDEX post_past_author ON post_past (kind, author_slug, published_ms, first_position, until) WHERE status = 'published';
  CREATE INDEX post_past_person ON post_past (person_id) WHERE person_id IS NOT NULL;

  -- Every slug that a post ever had, and since when.
  CREATE TABLE slug (slug TEXT PRIMARY KEY, post_id TEXT NOT NULL, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`

export type PostEvent = LogbookEvent<'PostCreated' | 'PostUpdated'>
type PostData = PostEvent['data']
export const epochMs = (time: string): number => {
  const ms = Date.parse(time)
  return Number.isNaN(ms) ? 0 : ms
}

const headOf = (data: Extract<PostData, { status: 'published' }>, version: number): string =>
  JSON.stringify(publicHead(data, version)).slice(1, -1)

type Values = [
  string,
  string,
  string,
  string,
  string | null,
  string | null,
  number,
  number,
  number,
  number,
  string,
  string | null,
  string,
]

const valuesOf = ({ data, version, position }: PostEvent): Values => {
  const { id, slug, status } = data
  switch (data.status) {
    case 'published': {
      const { kind, authorName, authorId, publishedAt, excerpt, content } = data
      const head = headOf(data, version)
      return [
        id,
        status,
        slug,
        kind,
        authorName === null ? null : authorSlug(authorName),
        authorId,
        epochMs(publishedAt),
        position,
        version,
        position,
        head,
        excerpt,
        content,
      ]
    }
    case 'draft':
    case 'deleted':
      return [id, status, slug, '', null, null, 0, position, version, position, '', null, '']
    default:
      return data satisfies never
  }
}

const upsert = `
  INSERT INTO post
    (id, status, slug, kind, author_slug, person_id, published_ms, first_position, version, position, head, excerpt, content)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET
    status = excluded.status, slug = excluded.slug, kind = excluded.kind, author_slug = excluded.author_slug,
    person_id = excluded.person_id, published_ms = excluded.published_ms, version = excluded.version,
    position = excluded.position, head = excluded.head, excerpt = excluded.excerpt, content = excluded.content
  WHERE excluded.version > post.version`

const statements = (db: Database) => ({
  keep: db.prepare<[number, string, number]>(
    'INSERT INTO post_past SELECT *, ? FROM post WHERE id = ? AND version < ?',
  ),
  upsert: db.prepare<Values>(upsert),
  // Slugs are unique in the log; a forged second owner is ignored.
  addSlug: db.prepare<[string, string, number]>(
    'INSERT INTO slug (slug, post_id, position) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  ),
  byId: temporalQuery<[string], PostRow>(
    db,
    ({ from, held }) =>
      `SELECT ${shownColumns} FROM ${from('post')} WHERE ${held('post')} AND id = ? AND status = 'published'`,
  ),
  idOfSlug: db
    .prepare<[string, number], string>('SELECT post_id FROM slug WHERE slug = ? AND position <= ?')
    .pluck(),
  latest: db.prepare<[string], { position: number; status: string; slug: string; version: number }>(
    'SELECT position, status, slug, version FROM post WHERE id = ?',
  ),
})

/** The posts: one row each with prepared JSON, and their earlier states. */
export const postsProjection = (db: Database) => {
  const sql = statements(db)
  const byId = (id: string, asOf?: AsOf): PostRow | undefined => sql.byId.get(asOf, id)
  return {
    /** True if the event was newer than the row. */
    apply(event: PostEvent): boolean {
      const { data, version, position } = event
      sql.addSlug.run(data.slug, data.id, position)
      // Before the first event of a stream there is no state to keep.
      if (version > 1) sql.keep.run(position, data.id, version)
      return sql.upsert.run(...valuesOf(event)).changes > 0
    },
    byId,
    /** By its present slug or an earlier one. */
    bySlug(slug: string, asOf?: AsOf): PostRow | undefined {
      const id = sql.idOfSlug.get(slug, asOf?.position ?? Number.MAX_SAFE_INTEGER)
      return id === undefined ? undefined : byId(id, asOf)
    },
    /** By its present slug or an earlier one, also in another case or Unicode form. */
    bySpelling(text: string, asOf?: AsOf): PostRow | undefined {
      const lower = text.toLowerCase()
      for (const slug of new Set([text, lower.normalize('NFC'), lower.normalize('NFD')])) {
        const row = this.bySlug(slug, asOf)
        if (row) return row
      }
      return undefined
    },
    /** The latest state of a post and its position, also of drafts and deleted posts. */
    latest: (id: string) => sql.latest.get(id),
    ...postLists(db),
  }
}

export type Posts = ReturnType<typeof postsProjection>
