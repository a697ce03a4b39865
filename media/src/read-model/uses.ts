import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { mediaShownIn } from './shown.ts'

export type PostEvent = LogbookEvent<'PostCreated' | 'PostUpdated'>
export type PortraitEvent = LogbookEvent<'UserPictured'>

const writing = (db: Database) => ({
  forget: db.prepare<[string]>('DELETE FROM use WHERE post_id = ?'),
  add: db.prepare<[string, string, number]>(
    'INSERT OR IGNORE INTO use (post_id, medium_id, is_public) VALUES (?, ?, ?)',
  ),
  setPortrait: db.prepare<[string, string, number]>(
    `INSERT INTO portrait (person_id, medium_id, position) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET medium_id = excluded.medium_id, position = excluded.position`,
  ),
  forgetPortrait: db.prepare<[string]>('DELETE FROM portrait WHERE person_id = ?'),
})

/** Writes which posts and people show a medium. */
export const createUseRows = (db: Database) => {
  const sql = writing(db)
  const forgetPortrait = (personId: string): void => void sql.forgetPortrait.run(personId)
  return {
    post({ data }: PostEvent): void {
      sql.forget.run(data.id)
      if (data.status === 'deleted') return
      const isPublic = Number(data.status === 'published')
      for (const id of mediaShownIn(data)) sql.add.run(data.id, id, isPublic)
    },
    portrait({ data: { id, picture }, position }: PortraitEvent): void {
      const [medium = ''] = picture === null ? [] : mediaShownIn({ content: '', cover: picture })
      sql.setPortrait.run(id, medium, position)
    },
    forgetPortrait,
  }
}

/** The queries about what shows a medium: posts, and the person whose portrait it is. */
export const usesOf = (db: Database) => {
  const posts = db.prepare<[string], string>('SELECT post_id FROM use WHERE medium_id = ?').pluck()
  const inPublicPost = db
    .prepare<[string], number>('SELECT 1 FROM use WHERE medium_id = ? AND is_public = 1 LIMIT 1')
    .pluck()
  // To choose another person's medium changes nothing.
  const portrait = db
    .prepare<[string], number>(
      `SELECT 1 FROM portrait JOIN medium ON medium.id = portrait.medium_id AND medium.owner = portrait.person_id
       WHERE portrait.medium_id = ?`,
    )
    .pluck()
  const superseded = db
    .prepare<[string], string>(
      `SELECT id FROM medium AS sent LEFT JOIN portrait ON person_id = owner
       WHERE request ->> '$.use' = 'portrait' AND medium_id IS NOT id AND (
         portrait.position > sent.position OR request ->> '$.requestedAt' < ?
         OR EXISTS (SELECT 1 FROM medium AS newer WHERE newer.request ->> '$.use' = 'portrait'
           AND newer.owner = sent.owner AND newer.position > sent.position))`,
    )
    .pluck()
  const isPortrait = (id: string): boolean => portrait.get(id) !== undefined
  return {
    postsOf: (id: string): string[] => posts.all(id),
    /** True where it is the portrait of its owner. */
    isPortrait,
    /**
     * What people sent as their portrait and do not show: where they have chosen something else or sent another one since, and what was
     * sent before that time, in RFC 3339.
     */
    supersededPortraits: (before: string): string[] => superseded.all(before),
    /** True where a published post or a portrait shows it. */
    isPublic: (id: string): boolean => inPublicPost.get(id) !== undefined || isPortrait(id),
  }
}
