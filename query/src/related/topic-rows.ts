import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { Topic } from './topics.ts'

export const topicTables = `
  -- What each published post is about: terms with spaces between, and for each term its word and weight, as JSON. "post" is the number
  -- of the post, higher for a later one; "position" is that of the event that its terms are from.
  CREATE TABLE topics (
    post INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, position INTEGER NOT NULL, terms TEXT NOT NULL, words TEXT NOT NULL
  ) STRICT;
  -- The posts with a term. FTS5 gathers what it inserts: as rows of a table, the terms took four times as long as the texts.
  CREATE VIRTUAL TABLE topical USING fts5(
    terms, content = 'topics', content_rowid = 'post', detail = 'none', columnsize = 0, tokenize = "ascii tokenchars '_'"
  );
`

/** The topics of a post, and its number. */
export interface PostTopics {
  post: number
  id: string
  topics: Topic[]
}

interface Row {
  post: number
  id: string
  position: number
  terms: string
  words: string
}

/** A term as one token: only a few terms have spaces. */
const tokenOf = (term: string): string => term.replaceAll(' ', '_')

const topicsIn = ({ post, id, terms, words }: Row): PostTopics => {
  const named = JSON.parse(words) as [string, number][]
  const tokens = terms.split(' ')
  return { post, id, topics: named.map(([word, weight], n) => ({ term: tokens[n] ?? '', word, weight })) }
}

export type TopicRows = ReturnType<typeof topicRows>

/** The topics of the published posts, of now. */
export const topicRows = (db: Database) => {
  const columns = 'post, id, position, terms, words'
  const sql = {
    of: db.prepare<[string], Row>(`SELECT ${columns} FROM topics WHERE id = ?`),
    numbered: db.prepare<[number], Row>(`SELECT ${columns} FROM topics WHERE post = ?`),
    add: db.prepare<[number, string, number, string, string]>(
      'INSERT INTO topics (post, id, position, terms, words) VALUES (?, ?, ?, ?, ?)',
    ),
    keep: db.prepare<[number, number]>('UPDATE topics SET position = ? WHERE post = ?'),
    remove: db.prepare<[number]>('DELETE FROM topics WHERE post = ?'),
    // Not by triggers: FTS5 would write what it gathered with each of them.
    addTerms: db.prepare<[number, string]>('INSERT INTO topical (rowid, terms) VALUES (?, ?)'),
    removeTerms: db.prepare<[number, string]>(
      "INSERT INTO topical (topical, rowid, terms) VALUES ('delete', ?, ?)",
    ),
    size: db.prepare<[], { posts: number; first: number; last: number }>(
      'SELECT count(*) AS posts, coalesce(min(post), 0) AS first, coalesce(max(post), 0) AS last FROM topics',
    ),
    latest: db
      .prepare<[string, number], number>(
        'SELECT rowid FROM topical WHERE topical MATCH ? ORDER BY rowid DESC LIMIT ?',
      )
      .pluck(),
  }

  const remove = ({ post, terms }: Row): void => {
    sql.removeTerms.run(post, terms)
    sql.remove.run(post)
  }

  return {
    /** Replaces the topics of a post; null removes them. */
    put(id: string, topics: readonly Topic[] | null, position: number): void {
      const last = sql.of.get(id)
      const terms = topics?.map(({ term }) => tokenOf(term)).join(' ')
      const words = topics && JSON.stringify(topics.map(({ word, weight }) => [word, weight]))
      if (last && last.terms === terms && last.words === words) return void sql.keep.run(position, last.post)
      if (last) remove(last)
      if (!words || terms === undefined) return
      const post = last?.post ?? position
      sql.add.run(post, id, position, terms, words)
      sql.addTerms.run(post, terms)
    },
    /** Removes those from before a position. */
    remove(id: string, before: number): void {
      const last = sql.of.get(id)
      if (last && last.position < before) remove(last)
    },
    of(id: string): PostTopics | undefined {
      const row = sql.of.get(id)
      return row && topicsIn(row)
    },
    numbered(post: number): PostTopics | undefined {
      const row = sql.numbered.get(post)
      return row && topicsIn(row)
    },
    /** How many posts there are, and the numbers of the first and the last. */
    size: () => sql.size.get() ?? { posts: 0, first: 0, last: 0 },
    /** The numbers of the latest posts with a term, the latest first. */
    latest: (term: string, limit: number): number[] => sql.latest.all(`"${term}"`, limit),
  }
}
