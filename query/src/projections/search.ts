import type { Database } from '@logbook/chassis/sqlite.ts'
import type { EventData, EventType, LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { commentSubject } from '@logbook/contracts/events/comments.ts'
import { postSubject } from '@logbook/contracts/events/posts.ts'
import { userSubject } from '@logbook/contracts/events/users.ts'
import { plainText } from '../plain-text.ts'
import { epochMs } from './posts.ts'

export const searchTables = `
  -- What can be found, and what once could: a row stays when its text is gone, so that an older event does not bring it back.
  CREATE TABLE doc (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, post_id TEXT NOT NULL, kind TEXT NOT NULL,
    version INTEGER NOT NULL, shown INTEGER NOT NULL, at_ms INTEGER NOT NULL,
    slug TEXT NOT NULL, author_name TEXT, person_id TEXT
  ) STRICT;
  CREATE INDEX doc_by_person ON doc (person_id) WHERE person_id IS NOT NULL;
  CREATE VIRTUAL TABLE words USING fts5(
    title, tags, body, tokenize = "porter unicode61 remove_diacritics 2", prefix = '2 3'
  );
  -- What is taken out is overwritten, and not only marked as gone.
  INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
`

export const searchedTypes = [
  'PostCreated',
  'PostUpdated',
  'CommentCreated',
  'CommentUpdated',
  'UserErased',
] as const satisfies readonly EventType[]

/** A text as it is looked through; null where nothing of it may be found. */
interface Doc {
  id: string
  postId: string
  kind: 'post' | 'page' | 'comment'
  at: string
  slug: string
  authorName: string | null
  personId: string | null
  words: { title: string; tags: string; body: string } | null
}

const nothing = { at: '', slug: '', authorName: null, personId: null, words: null }

const docOfPost = (data: EventData<'PostCreated' | 'PostUpdated'>): Doc => {
  const place = { id: data.id, postId: data.id }
  if (data.status !== 'published') return { ...place, kind: 'post', ...nothing }
  const { kind, publishedAt: at, slug, authorName, authorId: personId, title, tags, content } = data
  // An address is looked for like a tag: it is how some remember a post.
  const named = [...tags, slug.replaceAll('-', ' ')].join(' ')
  const words = { title: plainText(title), tags: named, body: plainText(content) }
  return { ...place, kind, at, slug, authorName, personId, words }
}

const docOfComment = (data: EventData<'CommentCreated' | 'CommentUpdated'>): Doc => {
  const place = { id: data.id, postId: data.postId, kind: 'comment' } as const
  if (data.status !== 'approved' || ('erased' in data && data.erased)) return { ...place, ...nothing }
  const words = { title: '', tags: '', body: plainText(data.content) }
  return {
    ...place,
    at: data.createdAt,
    slug: '',
    authorName: data.author?.name ?? null,
    personId: data.authorId,
    words,
  }
}

/** Undefined for an event that is none of these, or stands on another's stream. */
const docOf = (event: LogbookEvent): Doc | undefined => {
  switch (event.type) {
    case 'PostCreated':
    case 'PostUpdated':
      return event.subject === postSubject(event.data.id) ? docOfPost(event.data) : undefined
    case 'CommentCreated':
    case 'CommentUpdated':
      return event.subject === commentSubject(event.data.id) ? docOfComment(event.data) : undefined
    default:
      return undefined
  }
}

export interface Match {
  n: number
  atMs: number
  /** As bm25 has it: the smaller, the better. */
  match: number
}

export interface Found {
  n: number
  kind: Doc['kind']
  id: string
  postId: string
  slug: string
  authorName: string | null
  atMs: number
  /** With the marks that the caller chose around what was looked for. */
  title: string
  body: string
}

interface FoundRequest {
  match: string
  ns: readonly number[]
  /** What is put around each hit. */
  marks: readonly [string, string]
  wordsMax: number
}

const statements = (db: Database) => ({
  known: db.prepare<[string], { n: number; version: number; shown: number; postId: string }>(
    'SELECT n, version, shown, post_id AS postId FROM doc WHERE id = ?',
  ),
  add: db
    .prepare<[string, string, string, number, number, number, string, string | null, string | null], number>(
      `INSERT INTO doc (id, post_id, kind, version, shown, at_ms, slug, author_name, person_id)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       RETURNING n`,
    )
    .pluck(),
  change: db.prepare<[string, number, number, number, string, string | null, string | null, number]>(
    `UPDATE doc SET kind = ?, version = ?, shown = ?, at_ms = ?, slug = ?, author_name = ?, person_id = ?
     WHERE n = ?`,
  ),
  addWords: db.prepare<[number, string, string, string]>(
    'INSERT INTO words (rowid, title, tags, body) VALUES (?, ?, ?, ?)',
  ),
  // The words of a comment are its author's, those of a post are the blog's: it only loses a name.
  wordsOfPerson: db.prepare<[string]>(
    `DELETE FROM words WHERE rowid IN (SELECT n FROM doc WHERE person_id = ? AND kind = 'comment')`,
  ),
  commentsOfPerson: db.prepare<[string]>("DELETE FROM doc WHERE person_id = ? AND kind = 'comment'"),
  nameOfPerson: db.prepare<[string]>('UPDATE doc SET author_name = NULL WHERE person_id = ?'),
  removeWords: db.prepare<[number]>('DELETE FROM words WHERE rowid = ?'),
  // Newest first is the order of the index itself, so that the limit bounds the work, however common the words are.
  matches: db.prepare<[string, number], Match>(
    `SELECT doc.n, doc.at_ms AS atMs, hit.match FROM (
       SELECT rowid AS n, bm25(words, 8, 4, 1) AS match FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?
     ) AS hit JOIN doc ON doc.n = hit.n JOIN doc AS post ON post.id = doc.post_id
     WHERE post.shown = 1`,
  ),
  named: db.prepare<[string, number], { slug: string; title: string }>(
    `SELECT doc.slug, hit.title FROM (
       SELECT rowid AS n, title FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?
     ) AS hit JOIN doc ON doc.n = hit.n WHERE doc.kind <> 'comment'`,
  ),
  found: db.prepare<[string, string, string, string, string, number, string, number, number, string], Found>(
    // One walk over the stretch of the index that the hits stand in: asked for one by one, each would begin the walk anew.
    `SELECT doc.n, doc.kind, doc.id, doc.post_id AS postId, post.slug, doc.author_name AS authorName, doc.at_ms AS atMs,
       CASE doc.kind WHEN 'comment' THEN (SELECT title FROM words WHERE rowid = post.n)
         ELSE highlight(words, 0, ?, ?) END AS title,
       snippet(words, 2, ?, ?, ?, ?) AS body
     FROM words JOIN doc ON doc.n = words.rowid JOIN doc AS post ON post.id = doc.post_id
     WHERE words MATCH ? AND words.rowid BETWEEN ? AND ? AND +words.rowid IN (SELECT value FROM json_each(?))`,
  ),
})

/** What can be found: published posts and pages, and approved comments below them. */
export const searchProjection = (db: Database) => {
  const sql = statements(db)

  const put = (
    { id, postId, kind, at, slug, authorName, personId, words }: Doc,
    version: number,
  ): number | undefined => {
    const known = sql.known.get(id)
    const shown = words === null ? 0 : 1
    // Most comments are judged once: until then there is nothing to remember.
    if (known === undefined)
      return shown
        ? sql.add.get(id, postId, kind, version, shown, epochMs(at), slug, authorName, personId)
        : undefined
    // A comment stays with the post that it was written on, whatever an event says later.
    if (known.version >= version || known.postId !== postId) return undefined
    if (known.shown) sql.removeWords.run(known.n)
    sql.change.run(kind, version, shown, epochMs(at), slug, authorName, personId, known.n)
    return shown ? known.n : undefined
  }

  const erasePerson = (id: string): void => {
    sql.wordsOfPerson.run(id)
    sql.commentsOfPerson.run(id)
    sql.nameOfPerson.run(id)
  }

  return {
    /** Total: any order, repeats and strangers change nothing that they should not. */
    apply(event: LogbookEvent): void {
      if (event.type === 'UserErased' && event.subject === userSubject(event.data.id))
        erasePerson(event.data.id)
      const doc = docOf(event)
      if (doc === undefined) return
      const n = put(doc, event.version)
      if (n !== undefined && doc.words) sql.addWords.run(n, doc.words.title, doc.words.tags, doc.words.body)
    },
    /** The latest that match an FTS5 expression, in no order of use. */
    matches: ({ match, limit }: { match: string; limit: number }): Match[] => sql.matches.all(match, limit),
    /** The latest posts and pages that match. */
    named: ({ match, limit }: { match: string; limit: number }) => sql.named.all(match, limit),
    /** What is to be said of these matches, in no order of use. */
    found({ match, ns, marks: [begin, end], wordsMax }: FoundRequest): Found[] {
      if (ns.length === 0) return []
      const [first, last] = [Math.min(...ns), Math.max(...ns)]
      return sql.found.all(begin, end, begin, end, '…', wordsMax, match, first, last, JSON.stringify(ns))
    },
  }
}

export type SearchRows = ReturnType<typeof searchProjection>
