import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { commentStateOf } from '@logbook/contracts/events/comments.ts'
import { commentForPublic, type PublicComment } from '@logbook/contracts/http/comments.ts'
import type { OutlineRow } from '../threads/tree.ts'
import { ownCommentsProjection } from './own-comments.ts'
import { isPicked } from './picked.ts'
import { epochMs } from './posts.ts'
import { type AsOf, historyTables, temporalQuery } from './temporal.ts'

const columns = `
    id TEXT NOT NULL, post_id TEXT NOT NULL, parent_id TEXT, person_id TEXT, status TEXT NOT NULL,
    created_ms INTEGER NOT NULL, first_position INTEGER NOT NULL,
    version INTEGER NOT NULL, position INTEGER NOT NULL, public TEXT NOT NULL`

export const commentTables = `
  -- Every comment, as the public may see it: a text that is not approved is never written here. "public" is the comment as JSON,
  -- ready to be sent; "person_id" is whose words these are.
  CREATE TABLE comment (${columns}, PRIMARY KEY (id)) STRICT;
  CREATE INDEX comment_thread ON comment (post_id, created_ms, first_position, status);
  CREATE INDEX comment_person ON comment (person_id, first_position, status, post_id) WHERE person_id IS NOT NULL;
  ${historyTables({ table: 'comment', columns, primaryKey: 'id' })}
  CREATE INDEX comment_featured ON comment (created_ms, first_position) WHERE ${isPicked('promoted')};
  CREATE INDEX comment_quoted ON comment (post_id, created_ms, first_position) WHERE ${isPicked('advertised')};
  CREATE INDEX comment_past_thread ON comment_past (post_id, created_ms, first_position, until, status);
  CREATE INDEX comment_past_person ON comment_past (person_id) WHERE person_id IS NOT NULL;
`

export type CommentEvent = LogbookEvent<'CommentCreated' | 'CommentUpdated'>

/** One state of a comment, ready to be written. */
interface State {
  id: string
  postId: string
  parentId: string | null
  personId: string | null
  status: PublicComment['status']
  createdMs: number
  firstPosition: number
  version: number
  position: number
  json: string
  event: CommentEvent
}

/** The states of one comment within a page, by version. */
type Chain = [State, ...State[]]

const stateOf = (event: CommentEvent): State => {
  const { data, version, position } = event
  const { id, postId, parentId } = data
  const seen = commentForPublic(commentStateOf(data))
  const place = { createdMs: epochMs(data.createdAt), firstPosition: position, version, position }
  return {
    id,
    postId,
    parentId,
    personId: data.authorId,
    status: seen.status,
    ...place,
    json: JSON.stringify(seen),
    event,
  }
}

type Known = Omit<State, 'json' | 'event'>
type Values = [string, string, string | null, string | null, string, number, number, number, number, string]

const valuesOf = (
  state: State,
  { createdMs, firstPosition }: Pick<State, 'createdMs' | 'firstPosition'>,
): Values => {
  const { id, postId, parentId, personId, status, version, position, json } = state
  return [id, postId, parentId, personId, status, createdMs, firstPosition, version, position, json]
}

const row =
  '(id, post_id, parent_id, person_id, status, created_ms, first_position, version, position, public'
const writing = (db: Database) => ({
  insert: db.prepare<Values>(
    `INSERT INTO comment ${row}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  ),
  insertPast: db.prepare<[...Values, number]>(
    `INSERT INTO comment_past ${row}, until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ),
  known: db.prepare<[string], Known>(
    `SELECT id, post_id AS postId, parent_id AS parentId, person_id AS personId, status, created_ms AS createdMs,
       first_position AS firstPosition, version, position FROM comment WHERE id = ?`,
  ),
  keep: db.prepare<[number, string]>('INSERT INTO comment_past SELECT *, ? FROM comment WHERE id = ?'),
  update: db.prepare<[string | null, string, number, number, string, string]>(
    'UPDATE comment SET person_id = ?, status = ?, version = ?, position = ?, public = ? WHERE id = ?',
  ),
})

/** Writes the states of a page. */
const commentWriter = (db: Database) => {
  const sql = writing(db)
  const own = ownCommentsProjection(db)

  const writePast = (states: readonly State[], origin: State | Known): void => {
    for (const [index, state] of states.entries()) {
      const next = states[index + 1]
      if (next) sql.insertPast.run(...valuesOf(state, origin), next.position)
    }
  }

  /** The states that are newer than the row. A comment never moves to another post or parent. */
  const writeAfterKnown = (chain: Chain, last: State): boolean => {
    const known = sql.known.get(last.id)
    if (known === undefined) return false
    const { postId, parentId } = known
    const newer = chain.filter(({ version }) => version > known.version)
    const [next] = newer
    if (next === undefined || postId !== last.postId || parentId !== last.parentId) return false
    sql.keep.run(next.position, last.id)
    writePast(newer, known)
    const { personId, status, version, position, json, id } = last
    sql.update.run(personId, status, version, position, json, id)
    own.write(last.event, { wasHidden: known.status === 'pending' || known.status === 'rejected' })
    return true
  }

  /** True if something changed. */
  return (chain: Chain): boolean => {
    const [first] = chain
    const last = chain.at(-1) ?? first
    const { changes } = sql.insert.run(...valuesOf(last, first))
    if (changes === 0) return writeAfterKnown(chain, last)
    writePast(chain, first)
    own.write(last.event, { wasHidden: false })
    return true
  }
}

const reading = (db: Database) => ({
  outline: temporalQuery<[string, number], OutlineRow>(
    db,
    ({ from, held }) =>
      `SELECT id, parent_id AS parentId, status, created_ms AS createdMs, first_position AS firstPosition, created_ms, first_position
       FROM ${from('comment')} WHERE ${held('comment')} AND post_id = ? ORDER BY created_ms, first_position LIMIT ?`,
  ),
  scores: temporalQuery<[string], { id: string; score: number }>(
    db,
    ({ from, held }) =>
      `SELECT id, json_extract(public, '$.score') AS score FROM ${from('comment')}
       WHERE ${held('comment')} AND post_id = ? AND status = 'approved'`,
  ),
  latest: temporalQuery<[string, number], { public: string }>(
    db,
    ({ from, held, shown }) =>
      `SELECT ${shown('comment')} AS public, created_ms, first_position FROM ${from('comment')}
       WHERE ${held('comment')} AND post_id = ? AND status = 'approved'
       ORDER BY created_ms DESC, first_position DESC LIMIT ?`,
  ),
  count: temporalQuery<[string], { approved: number }>(
    db,
    ({ from, held }) =>
      `SELECT count(*) AS approved FROM ${from('comment')}
       WHERE ${held('comment')} AND post_id = ? AND status = 'approved'`,
  ),
  // Whose comment it is, unless that is hidden.
  one: temporalQuery<[string], { position: number; public: string; personId: string | null }>(
    db,
    ({ from, held, shown }) =>
      `SELECT position, ${shown('comment')} AS public,
         CASE WHEN public ->> '$.anonymized' THEN NULL ELSE person_id END AS personId
       FROM ${from('comment')} WHERE ${held('comment')} AND id = ?`,
  ),
  since: db.prepare<[string, number, number], { position: number; public: string }>(
    'SELECT position, public FROM comment WHERE post_id = ? AND position > ? ORDER BY position LIMIT ?',
  ),
})

/** The comments of a post in the order of creation, now or as of a position. */
interface ThreadRequest {
  postId: string
  limit: number
  asOf?: AsOf
}

/** A changed comment and its author. */
type Written = Pick<State, 'postId' | 'personId'> & { commentId: string }

/** The comments: one row each with its public JSON, and their earlier states. */
export const commentsProjection = (db: Database) => {
  const sql = reading(db)
  const write = commentWriter(db)
  const gathered = new Map<string, Chain>()
  let written: Written[] = []

  const flush = (chain: Chain): void => {
    const [{ id, postId, personId }] = chain
    if (write(chain)) written.push({ postId, commentId: id, personId })
  }

  return {
    begin(): void {
      gathered.clear()
      written = []
    },
    /** Gathers the state of an event, so that a comment that is created and judged within one page is written once. */
    apply(event: CommentEvent): void {
      const { id, postId, parentId } = event.data
      const chain = gathered.get(id)
      if (chain === undefined) return void gathered.set(id, [stateOf(event)])
      const last = chain.at(-1) ?? chain[0]
      if (last.version >= event.version) return
      if (last.postId === postId && last.parentId === parentId) return void chain.push(stateOf(event))
      // Whether it moved is checked against the row in the file.
      flush(chain)
      gathered.set(id, [stateOf(event)])
    },
    /** Writes the gathered states. Returns the comments that changed. */
    end(): readonly Written[] {
      for (const chain of gathered.values()) flush(chain)
      gathered.clear()
      return written
    },
    /** The comments of a post without their texts, in the order of creation. */
    outline: ({ postId, limit, asOf }: ThreadRequest): OutlineRow[] => sql.outline.all(asOf, postId, limit),
    /** The scores of the approved ones, by id. */
    scores: (postId: string, asOf?: AsOf): Map<string, number> =>
      new Map(sql.scores.all(asOf, postId).map(({ id, score }) => [id, score])),
    /** The latest approved comments as JSON, oldest first. */
    latest: ({ postId, limit, asOf }: ThreadRequest): string[] =>
      sql.latest
        .all(asOf, postId, limit)
        .map((each) => each.public)
        .reverse(),
    countApproved: (postId: string, asOf?: AsOf): number => sql.count.get(asOf, postId)?.approved ?? 0,
    one: (id: string, asOf?: AsOf) => sql.one.get(asOf, id),
    /** The comments that changed after a position, in the order of their latest change. */
    since: ({ postId, after, limit }: { postId: string; after: number; limit: number }) =>
      sql.since.all(postId, after, limit),
  }
}

export type Comments = ReturnType<typeof commentsProjection>
