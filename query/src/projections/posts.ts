import type { Database } from '@logbook/chassis/sqlite.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import type { PostSummary } from '@logbook/contracts/http/query.ts'

export const postTables = `
  -- Every post that is or was. Of drafts and deleted posts nothing is kept that a reader could see.
  CREATE TABLE post (
    id TEXT PRIMARY KEY, status TEXT NOT NULL, slug TEXT NOT NULL, kind TEXT NOT NULL, author_name TEXT,
    published_ms INTEGER NOT NULL, version INTEGER NOT NULL, position INTEGER NOT NULL,
    -- The members of the answer that follow from the event alone, as JSON without its braces.
    head TEXT NOT NULL, excerpt TEXT, content TEXT NOT NULL
  ) STRICT;
  CREATE INDEX post_list ON post (kind, published_ms, id) WHERE status = 'published';
  CREATE INDEX post_author ON post (author_name, kind, published_ms, id) WHERE status = 'published';

  -- Every slug that a post ever had.
  CREATE TABLE slug (slug TEXT PRIMARY KEY, post_id TEXT NOT NULL) STRICT, WITHOUT ROWID;
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
  tag?: string | undefined
  after?: ListPlace | undefined
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
      const { kind, authorName, publishedAt, excerpt, content } = data
      const head = headOf(data, version)
      return [
        id,
        status,
        slug,
        kind,
        authorName,
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
      return [id, status, slug, '', null, 0, version, position, '', null, '']
    default:
      return data satisfies never
  }
}

const upsert = `
  INSERT INTO post (id, status, slug, kind, author_name, published_ms, version, position, head, excerpt, content)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET
    status = excluded.status, slug = excluded.slug, kind = excluded.kind, author_name = excluded.author_name,
    published_ms = excluded.published_ms, version = excluded.version, position = excluded.position,
    head = excluded.head, excerpt = excluded.excerpt, content = excluded.content
  WHERE excluded.version > post.version`

const columns = 'id, slug, version, position, head, excerpt, content'
const pageEnd = 'ORDER BY published_ms DESC, id DESC LIMIT ?'
const older = '(published_ms, id) < (?, ?)'
// Larger than any time a timestamp can say, and any id.
const newest: ListPlace = { publishedMs: Number.MAX_SAFE_INTEGER, id: '~' }

/** The posts: one row each, with the answer's parts prepared. */
export const postsProjection = (db: Database) => {
  const sql = {
    upsert: db.prepare<Values>(upsert),
    // Slugs are unique in the log; whoever forges a second owner does not get it.
    addSlug: db.prepare<[string, string]>(
      'INSERT INTO slug (slug, post_id) VALUES (?, ?) ON CONFLICT DO NOTHING',
    ),
    byId: db.prepare<[string], PostRow>(`SELECT ${columns} FROM post WHERE id = ? AND status = 'published'`),
    bySlug: db.prepare<[string], PostRow>(
      `SELECT ${columns} FROM post WHERE status = 'published' AND id = (SELECT post_id FROM slug WHERE slug = ?)`,
    ),
    place: db.prepare<[string], { position: number; status: string; slug: string; version: number }>(
      'SELECT position, status, slug, version FROM post WHERE id = ?',
    ),
    list: db.prepare<[string, number, string, number], PostRow & { publishedMs: number }>(
      `SELECT ${columns}, published_ms AS publishedMs FROM post
       WHERE status = 'published' AND kind = ? AND ${older} ${pageEnd}`,
    ),
    listByAuthor: db.prepare<[string, string, number, string, number], PostRow & { publishedMs: number }>(
      `SELECT ${columns}, published_ms AS publishedMs FROM post
       WHERE status = 'published' AND author_name = ? AND kind = ? AND ${older} ${pageEnd}`,
    ),
    listByTag: db.prepare<
      [string, string, number, string, string | null, string | null, number],
      PostRow & { publishedMs: number }
    >(
      `SELECT ${columns
        .split(', ')
        .map((column) => `post.${column}`)
        .join(', ')}, post.published_ms AS publishedMs
       FROM post_tag JOIN post ON post.id = post_tag.post_id
       WHERE tag = ? AND post_tag.kind = ? AND (post_tag.published_ms, post_tag.post_id) < (?, ?)
         AND (? IS NULL OR post.author_name = ?)
       ORDER BY post_tag.published_ms DESC, post_tag.post_id DESC LIMIT ?`,
    ),
  }
  return {
    /** True if the event was newer than the row. */
    apply(event: PostEvent): boolean {
      const { id, slug } = event.data
      sql.addSlug.run(slug, id)
      return sql.upsert.run(...valuesOf(event)).changes > 0
    },
    byId: (id: string): PostRow | undefined => sql.byId.get(id),
    /** By the present slug or an earlier one. */
    bySlug: (slug: string): PostRow | undefined => sql.bySlug.get(slug),
    /** What became of a post last, and where; also of drafts and deleted ones. */
    place: (id: string) => sql.place.get(id),
    /** Newest first. */
    list({ kind, author, tag, after = newest, limit }: ListRequest): (PostRow & { publishedMs: number })[] {
      const { publishedMs, id } = after
      if (tag !== undefined)
        return sql.listByTag.all(tag, kind, publishedMs, id, author ?? null, author ?? null, limit)
      if (author !== undefined) return sql.listByAuthor.all(author, kind, publishedMs, id, limit)
      return sql.list.all(kind, publishedMs, id, limit)
    },
  }
}

export type Posts = ReturnType<typeof postsProjection>
