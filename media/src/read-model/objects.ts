import type { Database } from '@logbook/chassis/files/sqlite.ts'

export interface Doomed {
  kind: 'object' | 'medium' | 'person'
  name: string
}

export type Objects = ReturnType<typeof objectsOf>

/** Which objects of the storage media need, and which have to go. */
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
  const doomed = db.prepare<[number], Doomed>('SELECT kind, name FROM doomed LIMIT ?')
  const countDoomed = db.prepare<[], number>('SELECT count(*) FROM doomed').pluck()
  const gone = db.prepare<[string, string]>('DELETE FROM doomed WHERE kind = ? AND name = ?')
  const doom = db.prepare<[string]>("INSERT OR IGNORE INTO doomed (kind, name) VALUES ('medium', ?)")
  const totals = db.prepare<[], { objects: number; bytes: number }>(
    'SELECT count(*) AS objects, coalesce(sum(bytes), 0) AS bytes FROM (SELECT DISTINCT key, bytes FROM object)',
  )
  return {
    isNeeded: (key: string): boolean => isNeeded.get(key) !== undefined,
    /** The key of an object with the same bytes that some medium needs, or undefined. */
    same: (sha256: string, bytes: number): string | undefined => same.get(sha256, bytes),
    all: () => all.all(),
    doomed: (limit: number): Doomed[] => doomed.all(limit),
    countDoomed: (): number => countDoomed.get() ?? 0,
    /** What ended leases left of a medium has to go. */
    doomLeftoversOf: (id: string): void => void doom.run(id),
    gone: ({ kind, name }: Doomed): void => void gone.run(kind, name),
    totals: () => totals.get() ?? { objects: 0, bytes: 0 },
  }
}
