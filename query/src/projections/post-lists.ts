import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { ListedRow, ListKey, ListRequest } from './post-rows.ts'
import { temporalQuery } from './temporal.ts'

/** The columns of a post that answers need, by the names of a row. */
export const shownColumns = [
  ...['id', 'slug', 'version', 'position', 'head', 'excerpt', 'content'].map((column) => `post.${column}`),
  'post.first_position AS firstPosition',
  'post.person_id AS personId',
].join(', ')

// Later than any timestamp and any position.
const newest: ListKey = { publishedMs: Number.MAX_SAFE_INTEGER, firstPosition: Number.MAX_SAFE_INTEGER }
const earliestMs = Number.MIN_SAFE_INTEGER

const listStatements = (db: Database) => {
  const page = 'ORDER BY published_ms DESC, first_position DESC LIMIT ?'
  const older = '(published_ms, first_position) < (?, ?) AND published_ms >= ?'
  const columns = `${shownColumns}, post.published_ms AS published_ms, post.published_ms AS publishedMs, post.first_position AS first_position`
  return {
    all: temporalQuery<[string, number, number, number, number], ListedRow>(
      db,
      ({ from, held }) =>
        `SELECT ${columns} FROM ${from('post')}
         WHERE ${held('post')} AND status = 'published' AND kind = ? AND ${older} ${page}`,
    ),
    byAuthor: temporalQuery<[string, string, number, number, number, number], ListedRow>(
      db,
      ({ from, held }) =>
        `SELECT ${columns} FROM ${from('post')}
         WHERE ${held('post')} AND status = 'published' AND kind = ? AND author_slug = ? AND ${older} ${page}`,
    ),
    byTag: temporalQuery<
      [string, string, number, number, number, string | null, string | null, number],
      ListedRow
    >(
      db,
      ({ from, held }) =>
        `SELECT ${shownColumns}, post_tag.published_ms AS publishedMs, post_tag.published_ms, post_tag.first_position AS first_position
         FROM ${from('post_tag')} JOIN ${from('post')} ON post.id = post_tag.post_id
         WHERE ${held('post_tag', 'post')} AND post_tag.slug = ? AND post_tag.kind = ?
           AND (post_tag.published_ms, post_tag.first_position) < (?, ?) AND post_tag.published_ms >= ?
           AND (? IS NULL OR post.author_slug = ?)
         ORDER BY post_tag.published_ms DESC, post_tag.first_position DESC LIMIT ?`,
    ),
  }
}

/** The lists of published posts, newest first; with equal dates, the later event first. */
export const postLists = (db: Database) => {
  const sql = listStatements(db)
  return {
    list(request: ListRequest): ListedRow[] {
      const { kind, author, tag, after = newest, fromMs = earliestMs, limit, asOf } = request
      const place = [after.publishedMs, after.firstPosition, fromMs] as const
      if (tag !== undefined)
        return sql.byTag.all(asOf, tag, kind, ...place, author ?? null, author ?? null, limit)
      if (author !== undefined) return sql.byAuthor.all(asOf, kind, author, ...place, limit)
      return sql.all.all(asOf, kind, ...place, limit)
    },
  }
}
