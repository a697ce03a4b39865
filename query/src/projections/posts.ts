import type { Database } from '@logbook/chassis/sqlite.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import type { PostSummary } from '@logbook/contracts/http/query.ts'
import { type AsOf, atAnyTime, pastOf } from './at-any-time.ts'

const columns = `
    id TEXT NOT NULL, status TEXT NOT NULL, slug TEXT NOT NULL, kind TEXT NOT NULL, author_name TEXT, person_id TEXT,
    published_ms INTEGER NOT NULL, version INTEGER NOT NULL, position INTEGER NOT NULL,
    head TEXT NOT NULL, excerpt TEXT, content TEXT NOT NULL`

export const postTables = `
  -- Every post that is or was. Of drafts and deleted posts nothing is kept that a reader could see. "head" has the members of the
  -- answer that follow from the event alone, as JSON without its braces; "person_id" is whose words these are.
  CREATE TABLE post (${columns}, PRIMARY KEY (id)) STRICT;
  CREATE INDEX post_list ON post (kind, published_ms, id) WHERE status = 'published';
  CREATE INDEX post_author ON post (author_name, kind, published_ms, id) WHERE status = 'published';
  CREATE INDEX post_person ON post (person_id) WHERE person_id IS NOT NULL;
  ${pastOf({ table: 'post', columns, primaryKey: 'id' })}
  CREATE INDEX post_past_list ON post_past (kind, published_ms, id, until) WHERE status = 'published';
  CREATE INDEX post_past_author ON post_past (author_name, kind, published_ms, id, until) WHERE status = 'published';
  CREATE INDEX post_past_person ON post_past (person_id) WHERE person_id IS NOT NULL;

  -- Every slug that a post ever had, and since when.
  CREATE TABLE slug (slug TEXT PRIMARY KEY, post_id TEXT NOT NULL, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`

export type PostEvent = LogbookEvent<'PostCreated' | 'PostUpdated'>
type PostData = PostEvent['data']
export type Kind = PostSummary['kind']

/** A published post as its row holds it. */
export interface PostRow {
  id: string
  slug: string
  version: number
  position: number
  head: string
  excerpt: string | null
  content: string
}

/** Where a list goes on: after the post published at this moment, with this id. */
export interface ListPlace {
  publishedMs: number
  id: string
}

export interface ListRequest {
  kind: Kind
  author?: string | undefined
  /** Its slug. */
  tag?: string | undefined
  after?: ListPlace | undefined
  /** Published at this time or later. */
  fromMs?: number | undefined
  asOf?: AsOf
  limit: number
}

export const epochMs = (time: string): number => {
  const ms = Date.parse(time)
  return Number.isNaN(ms) ? 0 : ms
}

const headOf = (data: Extract<PostData, { status: 'published' }>, version: number): string => {
  const { id, slug, kind, title, tags, authorName, createdAt, updatedAt, publishedAt } = data
  const head = { id, slug, kind, title, tags, authorName, createdAt, updatedAt, publishedAt, version }
  return JSON.stringify(head).slice(1, -1)
}

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
        authorName,
        authorId,
        epochMs(publishedAt),
        version,
        position,
        head,
        excerpt,
        content,
      ]
    }
    case 'draft':
    case 'deleted':
      return [id, status, slug, '', null, null, 0, version, position, '', null, '']
    default:
      return data satisfies never
  }
}

const upsert = `
  INSERT INTO post
    (id, status, slug, kind, author_name, person_id, published_ms, version, position, head, excerpt, content)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET
    status = excluded.status, slug = excluded.slug, kind = excluded.kind, author_name = excluded.author_name,
    person_id = excluded.person_id, published_ms = excluded.published_ms, version = excluded.version,
    position = excluded.position, head = excluded.head, excerpt = excluded.excerpt, content = excluded.content
  WHERE excluded.version > post.version`

const shown = ['id', 'slug', 'version', 'position', 'head', 'excerpt', 'content']
  .map((column) => `post.${column}`)
  .join(', ')
// Larger than any time a timestamp can say, and any id.
const newest: ListPlace = { publishedMs: Number.MAX_SAFE_INTEGER, id: '~' }
const earliestMs = Number.MIN_SAFE_INTEGER

/** A post of a list, and its place there. */
export type ListedRow = PostRow & { publishedMs: number }

const listStatements = (db: Database) => {
  const page = 'ORDER BY published_ms DESC, post.id DESC LIMIT ?'
  const older = '(published_ms, post.id) < (?, ?) AND published_ms >= ?'
  const columns = `${shown}, post.published_ms AS published_ms, post.published_ms AS publishedMs`
  return {
    all: atAnyTime<[string, number, string, number, number], ListedRow>(
      db,
      ({ from, held }) =>
        `SELECT ${columns} FROM ${from('post')}
         WHERE ${held('post')} AND status = 'published' AND kind = ? AND ${older} ${page}`,
    ),
    byAuthor: atAnyTime<[string, string, number, string, number, number], ListedRow>(
      db,
      ({ from, held }) =>
        `SELECT ${columns} FROM ${from('post')}
         WHERE ${held('post')} AND status = 'published' AND author_name = ? AND kind = ? AND ${older} ${page}`,
    ),
    byTag: atAnyTime<
      [string, string, number, string, number, string | null, string | null, number],
      ListedRow
    >(
      db,
      ({ from, held }) =>
        `SELECT ${shown}, post_tag.published_ms AS publishedMs, post_tag.published_ms, post_tag.post_id
         FROM ${from('post_tag')} JOIN ${from('post')} ON post.id = post_tag.post_id
         WHERE ${held('post_tag', 'post')} AND post_tag.slug = ? AND post_tag.kind = ?
           AND (post_tag.published_ms, post_tag.post_id) < (?, ?) AND post_tag.published_ms >= ?
           AND (? IS NULL OR post.author_name = ?)
         ORDER BY post_tag.published_ms DESC, post_tag.post_id DESC LIMIT ?`,
    ),
  }
}

const statements = (db: Database) => ({
  keep: db.prepare<[number, string, number]>(
    'INSERT INTO post_past SELECT *, ? FROM post WHERE id = ? AND version < ?',
  ),
  upsert: db.prepare<Values>(upsert),
  // Slugs are unique in the log; whoever forges a second owner does not get it.
  addSlug: db.prepare<[string, string, number]>(
    'INSERT INTO slug (slug, post_id, position) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  ),
  byId: atAnyTime<[string], PostRow>(
    db,
    ({ from, held }) =>
      `SELECT ${shown} FROM ${from('post')} WHERE ${held('post')} AND id = ? AND status = 'published'`,
  ),
  idOfSlug: db
    .prepare<[string, number], string>('SELECT post_id FROM slug WHERE slug = ? AND position <= ?')
    .pluck(),
  place: db.prepare<[string], { position: number; status: string; slug: string; version: number }>(
    'SELECT position, status, slug, version FROM post WHERE id = ?',
  ),
  list: listStatements(db),
})

/** The posts: one row each, with the answer's parts prepared, and their earlier states. */
export const postsProjection = (db: Database) => {
  const sql = statements(db)
  const byId = (id: string, asOf?: AsOf): PostRow | undefined => sql.byId.get(asOf, id)
  return {
    /** True if the event was newer than the row. */
    apply(event: PostEvent): boolean {
      const { data, version, position } = event
      sql.addSlug.run(data.slug, data.id, position)
      // A stream's first event has nothing before it to be kept.
      if (version > 1) sql.keep.run(position, data.id, version)
      return sql.upsert.run(...valuesOf(event)).changes > 0
    },
    byId,
    /** By the slug that it has or an earlier one. */
    bySlug(slug: string, asOf?: AsOf): PostRow | undefined {
      const id = sql.idOfSlug.get(slug, asOf?.position ?? Number.MAX_SAFE_INTEGER)
      return id === undefined ? undefined : byId(id, asOf)
    },
    /** By a slug that it has or had, also in another case or Unicode form. */
    bySpelling(text: string, asOf?: AsOf): PostRow | undefined {
      const lower = text.toLowerCase()
      for (const slug of new Set([text, lower.normalize('NFC'), lower.normalize('NFD')])) {
        const row = this.bySlug(slug, asOf)
        if (row) return row
      }
      return undefined
    },
    /** What became of a post last, and where; also of drafts and deleted ones. */
    place: (id: string) => sql.place.get(id),
    /** Newest first. */
    list(request: ListRequest): ListedRow[] {
      const { kind, author, tag, after = newest, fromMs = earliestMs, limit, asOf } = request
      const { publishedMs, id } = after
      if (tag !== undefined)
        return sql.list.byTag.all(
          asOf,
          tag,
          kind,
          publishedMs,
          id,
          fromMs,
          author ?? null,
          author ?? null,
          limit,
        )
      if (author !== undefined)
        return sql.list.byAuthor.all(asOf, author, kind, publishedMs, id, fromMs, limit)
      return sql.list.all.all(asOf, kind, publishedMs, id, fromMs, limit)
    },
  }
}

export type Posts = ReturnType<typeof postsProjection>
