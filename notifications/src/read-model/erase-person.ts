import type { Database } from '@logbook/chassis/files/sqlite.ts'

/** Erases a person, or a subscription, from the tables. Returns true if there was anything. */
export const personEraser = (db: Database) => {
  const removals = [
    'DELETE FROM person WHERE id = ?',
    'DELETE FROM choice WHERE person_id = ?',
    'DELETE FROM wanted WHERE person_id = ?',
    'DELETE FROM subscription WHERE id = ?',
    'DELETE FROM subscription WHERE person_id = ?',
    'DELETE FROM inbox WHERE person_id = ?',
    'DELETE FROM inbox WHERE about_id = ?',
    'DELETE FROM comment WHERE author_id = ?',
    'DELETE FROM medium WHERE owner_id = ?',
    'DELETE FROM burst WHERE owner_id = ?',
    'UPDATE post SET author_id = NULL WHERE author_id = ?',
  ].map((sql) => db.prepare<[string]>(sql))
  return (id: string): boolean =>
    removals.map((removal) => removal.run(id).changes).reduce((all, one) => all + one, 0) > 0
}
