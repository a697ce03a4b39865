import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { AsOf } from '../projections/temporal.ts'
import type { SearchDocument, Words } from './documents.ts'

/** The end of a present state. */
export const never = Number.MAX_SAFE_INTEGER
/** What can be found now may be seen now. */
const now = { position: never - 1, showsAll: true, viewerId: null }

export type Shown = Omit<SearchDocument, 'parentId' | 'at' | 'words' | 'topical'> & { atMs: number }

export interface Match {
  /** The position of the matching state, the key of its text. */
  position: number
  atMs: number
  /** With the caller's marks around each hit; empty for a comment. */
  title: string
  tags: string
  /** The position of the state of its post, or of the post itself. */
  postPosition: number
}

export type Text = Shown & Words

interface Walk {
  /** An FTS5 expression. */
  match: string
  /** The maximum number of matches, the newest. */
  limit: number
  asOf?: AsOf
}

/** The condition that a state and its post can be found today, or that it belongs to the person in the one parameter. */
const isFoundNow = `(state.person_id = ? OR state.withdrawn = 0 AND EXISTS (
  SELECT 1 FROM state AS present JOIN state AS post ON post.id = present.post_id AND post.until = ${never}
  WHERE present.id = state.id AND present.until = ${never}
))`

/**
 * The matches in a table, newest first. This is the order of the index, so that the limit bounds the work for common words too.
 * Positions are cast, because FTS5 takes whole numbers alone as bounds.
 */
const walk = (table: 'titles' | 'tagged' | 'words' | 'said'): string =>
  `FROM ${table} CROSS JOIN state ON state.position = ${table}.rowid
   WHERE ${table} MATCH ? AND ${table}.rowid <= CAST(? AS INTEGER) AND state.until > ? AND (? OR ${isFoundNow})
   ORDER BY ${table}.rowid DESC LIMIT ?`

type WalkParameters = [string, number, number, number, string | null, number]

const parametersOf = ({
  match,
  limit,
  asOf: { position, showsAll, viewerId } = now,
}: Walk): WalkParameters => [match, position, position, showsAll ? 1 : 0, viewerId, limit]

type Marks = readonly [string, string]

/** The queries of the search index. */
export const searchReads = (db: Database) => {
  const place = 'state.position, state.at_ms AS atMs, state.position AS postPosition'
  const titled = db.prepare<[string, string, ...WalkParameters], Match>(
    `SELECT ${place}, highlight(titles, 0, ?, ?) AS title, '' AS tags ${walk('titles')}`,
  )
  const tagged = db.prepare<[string, string, ...WalkParameters], Match>(
    `SELECT ${place}, '' AS title, highlight(tagged, 0, ?, ?) AS tags ${walk('tagged')}`,
  )
  const posts = db.prepare<[string, string, string, string, ...WalkParameters], Match>(
    `SELECT ${place}, highlight(words, 0, ?, ?) AS title, highlight(words, 1, ?, ?) AS tags ${walk('words')}`,
  )
  const comments = db.prepare<[number, number, ...WalkParameters], Match>(
    `SELECT * FROM (
       SELECT hit.position, hit.atMs, '' AS title, '' AS tags, (
         SELECT CASE WHEN post.until > ? THEN post.position END FROM state AS post
         WHERE post.id = hit.postId AND post.position <= ? ORDER BY post.position DESC LIMIT 1
       ) AS postPosition
       FROM (SELECT state.position, state.post_id AS postId, state.at_ms AS atMs ${walk('said')}) AS hit
     ) WHERE postPosition IS NOT NULL`,
  )
  const named = db.prepare<WalkParameters, { slug: string; title: string }>(
    `SELECT state.slug, words.title ${walk('words')}`,
  )
  // A name that was hidden or erased since is not shown with what was found of the past.
  const text = db.prepare<[number], Text>(
    `SELECT id, post_id AS postId, kind, at_ms AS atMs, slug, CASE WHEN EXISTS (
         SELECT 1 FROM state AS present WHERE present.id = search.id AND present.until = ${never} AND present.author_name IS NULL
       ) THEN NULL ELSE author_name END AS authorName, person_id AS personId, title, tags, body
     FROM search WHERE position = ?`,
  )
  return {
    /** The latest posts and pages with a matching title, newest first, with marks around each hit. */
    titled: (asked: Walk, marks: Marks): Match[] => titled.all(...marks, ...parametersOf(asked)),
    /** The latest posts and pages with matching tags or address. */
    tagged: (asked: Walk, marks: Marks): Match[] => tagged.all(...marks, ...parametersOf(asked)),
    /** The latest posts and pages that match anywhere. */
    posts: (asked: Walk, [begin, end]: Marks): Match[] =>
      posts.all(begin, end, begin, end, ...parametersOf(asked)),
    /** The latest matching comments below a visible post, newest first. */
    comments(asked: Walk): Match[] {
      const { position } = asked.asOf ?? now
      return comments.all(position, position, ...parametersOf(asked))
    },
    /** The slugs and titles of the latest matching posts and pages. */
    named: (asked: Walk) => named.all(...parametersOf(asked)),
    /** The text of a state, by its position. */
    text: (position: number): Text | undefined => text.get(position),
  }
}
