import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { limits } from '../limits.ts'

export const portraitTables = `
  -- The picture of each person who has chosen one, of the present alone: what was withdrawn is not shown of the past either.
  CREATE TABLE portrait (person_id TEXT PRIMARY KEY, position INTEGER NOT NULL, picture TEXT) STRICT, WITHOUT ROWID;
`

/** The pictures of people, as addresses of media. */
export const portraitsProjection = (db: Database) => {
  const put = db.prepare<[string, number, string | null]>(
    `INSERT INTO portrait (person_id, position, picture) VALUES (?, ?, ?)
     ON CONFLICT (person_id) DO UPDATE SET position = excluded.position, picture = excluded.picture
     WHERE excluded.position > portrait.position`,
  )
  const one = db.prepare<[string], string | null>('SELECT picture FROM portrait WHERE person_id = ?').pluck()
  const wrote = db.prepare<[string], 1>('SELECT 1 FROM post WHERE person_id = ? LIMIT 1').pluck()
  const commented = db
    .prepare<[string, number], string>(
      `SELECT DISTINCT post_id FROM comment WHERE person_id = ? AND status = 'approved' LIMIT ?`,
    )
    .pluck()
  const erase = db.prepare<[string, number]>('DELETE FROM portrait WHERE person_id = ? AND position <= ?')
  return {
    /** False for an event that is known. */
    apply: ({ position, data: { id, picture } }: LogbookEvent<'UserPictured'>): boolean =>
      put.run(id, position, picture).changes > 0,
    of: (personId: string | null): string | null => (personId === null ? null : (one.get(personId) ?? null)),
    /** The posts whose pages show the picture of a person beside comments; undefined where other pages may show it, or too many do. */
    shownOn(personId: string): string[] | undefined {
      if (wrote.get(personId) !== undefined) return undefined
      const posts = commented.all(personId, limits.portraitPostsMax + 1)
      return posts.length > limits.portraitPostsMax ? undefined : posts
    },
    /** Returns how many rows went. */
    erasePerson: (personId: string, position: number): number => erase.run(personId, position).changes,
  }
}
