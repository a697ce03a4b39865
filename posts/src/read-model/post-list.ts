import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { type LivePost, type PostState, postStateOf } from '@logbook/contracts/events/posts.ts'
import type { PostEvent } from '../domain/post.ts'
import { limits } from '../limits.ts'

/** The order of the list. A page begins after the last post of the page before. */
export interface ListKey {
  createdAt: string
  id: string
}

export interface Entry extends ListKey {
  /** The post's state as JSON. */
  body: string
  version: number
}

export interface ListRequest {
  limit: number
  before?: ListKey | undefined
  status?: 'draft' | 'published' | undefined
  /** Only posts of this author. */
  authorId?: string | undefined
}

interface KnownPost extends Omit<Entry, keyof ListKey> {
  status: PostState['status']
  authorId: string | null
}

/** A draft whose time has come. */
export interface DuePost {
  id: string
  publishAt: string
}

type Bindings = { limit: number; createdAt?: string; id?: string; status?: string; authorId?: string }

/** Without undefined filters, which SQLite does not bind. */
const definedOnly = (filters: Pick<ListRequest, 'status' | 'authorId'>): Partial<Bindings> =>
  Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined))

const statements = (db: Database) => {
  const list = (conditions: string) =>
    db.prepare<[Bindings], Entry>(
      `SELECT id, created_at AS createdAt, version, body FROM post
       WHERE ${conditions} ORDER BY created_at DESC, id DESC LIMIT @limit`,
    )
  const lists = new Map<string, ReturnType<typeof list>>()
  const conditionsOf = ({ before, status, authorId }: ListRequest): string =>
    [
      "status <> 'deleted'",
      ...(before ? ['(created_at, id) < (@createdAt, @id)'] : []),
      ...(status === undefined ? [] : ['status = @status']),
      ...(authorId === undefined ? [] : ['person_id = @authorId']),
    ].join(' AND ')
  return {
    /** One statement for each of the eight combinations of filters, prepared on first use. */
    list(request: ListRequest) {
      const conditions = conditionsOf(request)
      const known = lists.get(conditions) ?? list(conditions)
      lists.set(conditions, known)
      return known
    },
    put: db.prepare<[string, string, string | null, string | null, number, number, string]>(
      `INSERT INTO post (id, status, person_id, created_at, version, position, body) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET status = excluded.status, person_id = excluded.person_id, created_at = coalesce(excluded.created_at, created_at),
         version = excluded.version, position = excluded.position, body = excluded.body
       WHERE excluded.position > position`,
    ),
    ofPerson: db.prepare<[string], { id: string; body: string }>(
      'SELECT id, body FROM post WHERE person_id = ?',
    ),
    setBody: db.prepare<[string, string]>('UPDATE post SET body = ? WHERE id = ?'),
    due: db.prepare<[string, number], DuePost>(
      `SELECT id, body ->> '$.publishAt' AS publishAt FROM post
       WHERE status = 'draft' AND body ->> '$.publishAt' <= ? ORDER BY body ->> '$.publishAt' LIMIT ?`,
    ),
    reserve: db.prepare<[string, string]>('INSERT OR IGNORE INTO slug (slug, post_id) VALUES (?, ?)'),
    owner: db.prepare<[string], string>('SELECT post_id FROM slug WHERE slug = ?').pluck(),
    slugOf: db.prepare<[string], string>("SELECT body ->> '$.slug' FROM post WHERE id = ?").pluck(),
    one: db.prepare<[string], KnownPost>(
      'SELECT status, person_id AS authorId, body, version FROM post WHERE id = ?',
    ),
  }
}

export type PostList = ReturnType<typeof createPostList>

/** The author's list, in a file with `migrations`. */
export const createPostList = (db: Database) => {
  const sql = statements(db)
  const put = (state: PostState, { version, position }: { version: number; position: number }) => {
    const { authorId, createdAt } = state.status === 'deleted' ? { authorId: null, createdAt: null } : state
    sql.put.run(state.id, state.status, authorId, createdAt, version, position, JSON.stringify(state))
  }
  return {
    apply(event: PostEvent): void {
      if (event.type === 'PostCreated' || event.type === 'PostUpdated') put(postStateOf(event.data), event)
      else if (event.type === 'SlugReserved') sql.reserve.run(event.data.slug, event.data.postId)
    },
    /** Removes a person's name from their posts. True if there was any. */
    erasePerson(personId: string): boolean {
      const named = sql.ofPerson
        .all(personId)
        .map(({ id, body }) => ({ id, state: JSON.parse(body) as LivePost }))
        .filter(({ state }) => state.authorName !== null)
      for (const { id, state } of named) sql.setBody.run(JSON.stringify({ ...state, authorName: null }), id)
      return named.length > 0
    },
    /** The slug of a known post, deleted or not. */
    slugOf: (id: string) => sql.slugOf.get(id),
    ownerOf: (slug: string) => sql.owner.get(slug),
    one: (id: string) => sql.one.get(id),
    /** Drafts that were to be published by a time, the earliest first. */
    due: (at: string): DuePost[] => sql.due.all(at, limits.dueAtOnceMax),
    /** A page of the list, newest first; a page of long posts has fewer entries. `more` is true if another page follows. */
    page(request: ListRequest): { entries: Entry[]; more: boolean } {
      const { limit, before, ...filters } = request
      const bindings = { limit: limit + 1, ...before, ...definedOnly(filters) }
      const entries: Entry[] = []
      let bytes = 0
      for (const entry of sql.list(request).iterate(bindings)) {
        bytes += Buffer.byteLength(entry.body)
        if (entries.length === limit || (entries.length > 0 && bytes > limits.pageBytesMax))
          return { entries, more: true }
        entries.push(entry)
      }
      return { entries, more: false }
    },
  }
}
