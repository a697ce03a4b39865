import type { Database } from '@logbook/chassis/files/sqlite.ts'

/** Which posts wait for which media, in a file with `migrations`. */
export const createAwaitedMedia = (db: Database) => {
  const clear = db.prepare<[string]>('DELETE FROM awaited_medium WHERE post_id = ?')
  const add = db.prepare<[string, string]>(
    'INSERT OR IGNORE INTO awaited_medium (medium_id, post_id) VALUES (?, ?)',
  )
  const posts = db.prepare<[string], string>('SELECT post_id FROM awaited_medium WHERE medium_id = ?').pluck()
  return {
    /** All media that a post waits for from now on. */
    set(postId: string, mediumIds: Iterable<string>): void {
      clear.run(postId)
      for (const id of mediumIds) add.run(id, postId)
    },
    postsOf: (mediumId: string) => posts.all(mediumId),
  }
}
