import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { limits } from '../limits.ts'

export type People = ReturnType<typeof peopleOf>

/** Who has an account, as far as this service must know: by id. */
export const peopleOf = (db: Database) => {
  const add = db.prepare<[string, number]>('INSERT OR IGNORE INTO person (id, position) VALUES (?, ?)')
  const remove = db.prepare<[string]>('DELETE FROM person WHERE id = ?')
  const latest = db.prepare<[number], string>('SELECT id FROM person ORDER BY position DESC LIMIT ?').pluck()
  return {
    registered: ({ id, position }: { id: string; position: number }): void => void add.run(id, position),
    erased: (id: string): void => void remove.run(id),
    /** Whose keys are worth having at hand. */
    latest: (): string[] => latest.all(limits.keysAtHandMax),
  }
}
