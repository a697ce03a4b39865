import type { Database } from '@logbook/chassis/files/sqlite.ts'

export interface Garbage {
  kind: 'object' | 'medium' | 'person'
  name: string
}

export type Objects = ReturnType<typeof objectsOf>

/** The objects that media need, and those to delete. */
export const objectsOf = (db: Database) => {
  const isNeeded = db.prepare<[string], number>('SELECT 1 FROM object WHERE key = ? LIMIT 1').pluck()
  const same = db
    .prepare<[string, number], string>(
      'SELECT key FROM object WHERE sha256 = ? AND bytes = ? ORDER BY key LIMIT 1',
    )
    .pluck()
  const all = db.prepare<[], { key: string; bytes: number; sha256: string }>(
    'SELECT DISTINCT key, bytes, sha256 FROM object ORDER BY key',
  )
  const garbage = db.prepare<[number], Garbage>('SELECT kind, name FROM doomed LIMIT ?')
  const countGarbage = db.prepare<[], number>('SELECT count(*) FROM doomed').pluck()
  const gone = db.prepare<[string, string]>('DELETE FROM doomed WHERE kind = ? AND name = ?')
  const markGarbage = db.prepare<[string]>("INSERT OR IGNORE INTO doomed (kind, name) VALUES ('medium', ?)")
  const totals = db.prepare<[], { objects: number; bytes: number }>(
    'SELECT count(*) AS objects, coalesce(sum(bytes), 0) AS bytes FROM (SELECT DISTINCT key, bytes FROM object)',
  )
  return {
    isNeeded: (key: string): boolean => isNeeded.get(key) !== undefined,
    /** The key of an object with the same bytes that some medium needs, or undefined. */
    same: (sha256: string, bytes: number): string | undefined => same.get(sha256, bytes),
    all: () => all.all(),
    garbage: (limit: number): Garbage[] => garbage.all(limit),
    countGarbage: (): number => countGarbage.get() ?? 0,
    /** Marks the leftovers of expired leases of a medium for deletion. */
    markLeftovers: (id: string): void => void markGarbage.run(id),
    gone: ({ kind, name }: Garbage): void => void gone.run(kind, name),
    totals: () => totals.get() ?? { objects: 0, bytes: 0 },
  }
}
