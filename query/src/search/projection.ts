import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { EventType, LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { epochMs } from '../projections/posts.ts'
import { isTakeDown } from '../projections/take-down.ts'
import { createStems } from '../related/stems.ts'
import { topicRows, topicTables } from '../related/topic-rows.ts'
import { topicsOf } from '../related/topics.ts'
import { documentOf, type SearchDocument, type Words } from './documents.ts'
import { never, type Shown, searchReads } from './reads.ts'
import { tokenizer } from './terms.ts'

const wordTables = ['titles', 'tagged', 'words', 'said'] as const

const settingsOf = (table: string): string => `
  -- What is taken out is overwritten, and not only marked as gone.
  INSERT INTO ${table} (${table}, rank) VALUES ('secure-delete', 1);
  -- Merged half as often: a long log is read in two thirds of the time, and searches take as long.
  INSERT INTO ${table} (${table}, rank) VALUES ('automerge', 8);
  INSERT INTO ${table} (${table}, rank) VALUES ('crisismerge', 32);
`

export const searchTables = `
  -- How far each text has come, also of those that can't be found: an older event does not bring back what is gone.
  CREATE TABLE doc (
    id TEXT PRIMARY KEY, post_id TEXT NOT NULL, parent_id TEXT, version INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- Every state in which a text could be found, by the position of the event that made it; it held before "until". Its words stand
  -- under the same number: those of posts and pages in "words", and what is in a title or among tags once more; those of comments
  -- in "said". "withdrawn" is 1 where the last verdict on this revision of a comment's text hides it.
  CREATE TABLE state (
    position INTEGER PRIMARY KEY, until INTEGER NOT NULL, id TEXT NOT NULL, post_id TEXT NOT NULL, kind TEXT NOT NULL,
    at_ms INTEGER NOT NULL, slug TEXT NOT NULL, author_name TEXT, person_id TEXT,
    revision INTEGER NOT NULL, withdrawn INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX state_by_id ON state (id, position);
  CREATE INDEX state_by_person ON state (person_id) WHERE person_id IS NOT NULL;
  -- Apart, so that titles are walked without the texts that have the same words, and posts without comments, however many these
  -- are: asked for one column, FTS5 looks at every text that has the word in another.
  CREATE VIRTUAL TABLE titles USING fts5(title, tokenize = "${tokenizer}", prefix = '2 3');
  CREATE VIRTUAL TABLE tagged USING fts5(tags, tokenize = "${tokenizer}", prefix = '2 3');
  CREATE VIRTUAL TABLE words USING fts5(title, tags, body, tokenize = "${tokenizer}", prefix = '2 3');
  CREATE VIRTUAL TABLE said USING fts5(body, tokenize = "${tokenizer}", prefix = '2 3');
  ${topicTables}
  ${[...wordTables, 'topical'].map(settingsOf).join('')}
  -- A state with its words, to be compared with another file's.
  CREATE VIEW search AS
    SELECT state.*, coalesce(words.title, '') AS title, coalesce(words.tags, '') AS tags, coalesce(words.body, said.body) AS body
    FROM state LEFT JOIN words ON words.rowid = state.position LEFT JOIN said ON said.rowid = state.position;
`

export const searchedTypes = [
  'PostCreated',
  'PostUpdated',
  'CommentCreated',
  'CommentUpdated',
  'UserErased',
  'PostTakenDown',
  'CommentTakenDown',
] as const satisfies readonly EventType[]

export type SearchRows = ReturnType<typeof searchProjection>

const writing = (db: Database) => ({
  known: db.prepare<[string], { postId: string; parentId: string | null; version: number }>(
    'SELECT post_id AS postId, parent_id AS parentId, version FROM doc WHERE id = ?',
  ),
  note: db.prepare<[string, string, string | null, number]>(
    'INSERT INTO doc (id, post_id, parent_id, version) VALUES (?, ?, ?, ?)',
  ),
  advance: db.prepare<[number, string]>('UPDATE doc SET version = ? WHERE id = ?'),
  last: db.prepare<[string], Shown & { position: number; until: number }>(
    `SELECT position, until, id, post_id AS postId, kind, at_ms AS atMs, slug, author_name AS authorName, person_id AS personId,
       revision
     FROM state WHERE id = ? ORDER BY position DESC LIMIT 1`,
  ),
  words: db.prepare<[number], Words>('SELECT title, tags, body FROM search WHERE position = ?'),
  end: db.prepare<[number, number]>('UPDATE state SET until = ? WHERE position = ?'),
  withdraw: db.prepare<[number, string, number]>(
    'UPDATE state SET withdrawn = ? WHERE id = ? AND revision = ?',
  ),
  add: db.prepare<
    [number, number, string, string, string, number, string, string | null, string | null, number]
  >(
    `INSERT INTO state (position, until, id, post_id, kind, at_ms, slug, author_name, person_id, revision)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ),
  addWords: db.prepare<[number, string, string, string]>(
    'INSERT INTO words (rowid, title, tags, body) VALUES (?, ?, ?, ?)',
  ),
  addTitle: db.prepare<[number, string]>('INSERT INTO titles (rowid, title) VALUES (?, ?)'),
  addTags: db.prepare<[number, string]>('INSERT INTO tagged (rowid, tags) VALUES (?, ?)'),
  addSaid: db.prepare<[number, string]>('INSERT INTO said (rowid, body) VALUES (?, ?)'),
})

// An erasure removes the words of a comment; a post only loses the name.
const erasing = (db: Database) => ({
  words: db.prepare<[string]>(
    `DELETE FROM said WHERE rowid IN (SELECT position FROM state WHERE person_id = ? AND kind = 'comment')`,
  ),
  comments: db.prepare<[string]>("DELETE FROM state WHERE person_id = ? AND kind = 'comment'"),
  name: db.prepare<[string]>('UPDATE state SET author_name = NULL WHERE person_id = ?'),
})

/** Removes every state of a text from before a position. */
const removing = (db: Database) => [
  ...wordTables.map((table) =>
    db.prepare<[string, number]>(
      `DELETE FROM ${table} WHERE rowid IN (SELECT position FROM state WHERE id = ? AND position < ?)`,
    ),
  ),
  db.prepare<[string, number]>('DELETE FROM state WHERE id = ? AND position < ?'),
]

const isSame = (one: Words, other: Words): boolean =>
  one.title === other.title && one.tags === other.tags && one.body === other.body

/** The search index, for now and for any position: published posts and pages, and approved comments below them. */
export const searchProjection = (db: Database) => {
  const write = writing(db)
  const erase = erasing(db)
  const takeDown = removing(db)
  const topics = topicRows(db)
  const stems = createStems()
  let haveTopicsChanged = false

  /** True if the indexed state is the same; a vote changes nothing of it. */
  const isAsItWas = (last: Shown & { position: number }, doc: SearchDocument & { words: Words }): boolean => {
    const { kind, at, slug, authorName, personId, revision } = doc
    const meta = { kind, atMs: epochMs(at), slug, authorName, personId, revision }
    if ((Object.keys(meta) as (keyof typeof meta)[]).some((name) => meta[name] !== last[name])) return false
    const words = write.words.get(last.position)
    return words !== undefined && isSame(words, doc.words)
  }

  const add = (doc: SearchDocument, { title, tags, body }: Words, position: number): void => {
    const { id, postId, kind, at, slug, authorName, personId, revision } = doc
    write.add.run(position, never, id, postId, kind, epochMs(at), slug, authorName, personId, revision)
    if (kind === 'comment') return void write.addSaid.run(position, body)
    write.addWords.run(position, title, tags, body)
    write.addTitle.run(position, title)
    write.addTags.run(position, tags)
  }

  /** False for an older version, and for a comment that names another post or parent than before. */
  const advance = ({ id, postId, parentId }: SearchDocument, version: number): boolean => {
    const known = write.known.get(id)
    if (known === undefined) write.note.run(id, postId, parentId, version)
    else {
      if (known.version >= version || known.postId !== postId || known.parentId !== parentId) return false
      write.advance.run(version, id)
    }
    return true
  }

  const putTopics = ({ id, topical }: SearchDocument, position: number): void => {
    topics.put(id, topical && topicsOf(topical, stems.of), position)
    // Also if they are the same: the version that they are of has changed.
    haveTopicsChanged = true
  }

  const put = (doc: SearchDocument, { version, position }: LogbookEvent): void => {
    if (!advance(doc, version)) return
    if (doc.kind !== 'comment') putTopics(doc, position)
    const { words } = doc
    const last = version === 1 ? undefined : write.last.get(doc.id)
    const held = last?.until === never ? last : undefined
    if (held && words && isAsItWas(held, { ...doc, words })) return
    if (held) write.end.run(position, held.position)
    if (last && doc.kind === 'comment') write.withdraw.run(words ? 0 : 1, doc.id, doc.revision)
    if (words) add(doc, words, position)
  }

  return {
    /** Total: handles events in any order, repeated events and foreign types. */
    apply(event: LogbookEvent): void {
      if (event.type === 'UserErased') {
        const { id } = event.data
        for (const statement of [erase.words, erase.comments, erase.name]) statement.run(id)
      }
      if (isTakeDown(event)) {
        for (const statement of takeDown) statement.run(event.data.id, event.position)
        topics.remove(event.data.id, event.position)
        haveTopicsChanged = true
      }
      const doc = documentOf(event)
      if (doc) put(doc, event)
    },
    /** True once after topics have changed. */
    tookTopics(): boolean {
      const changed = haveTopicsChanged
      haveTopicsChanged = false
      return changed
    },
    /** The version of a post that its words and topics are from. */
    versionOf: (id: string): number | undefined => write.known.get(id)?.version,
    topics,
    close: stems.close,
    ...searchReads(db),
  }
}
