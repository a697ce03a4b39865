import type { Database } from '@logbook/chassis/files/sqlite.ts'

/** The two files of a view. */
export const parts = ['db', 'searchDb'] as const

/**
 * Every row of every table, as text: equal if and only if the files say the same, of whatever is
 * asked. `settled` says how far they have read. How FTS5 lays its index out hangs on how many
 * were written at a time, and is not part of it; `findsItsWords` says whether it is sound.
 */
export const rowsOf = (db: Database) =>
  db
    .prepare<[], string>(
      `SELECT name FROM sqlite_schema
       WHERE type = 'table' AND name NOT IN ('checkpoint', 'opened') AND name NOT GLOB '*_data' AND name NOT GLOB '*_idx' AND name NOT GLOB '*_config' ORDER BY name`,
    )
    .pluck()
    .all()
    .map((table) => [
      table,
      db
        .prepare<[], object>(`SELECT * FROM ${table}`)
        .all()
        .map((row) => JSON.stringify(row))
        .sort(),
    ])

/** Throws unless the index of words finds each word where it stands, and nowhere else. */
export const findsItsWords = (searchDb: Database): void => {
  for (const table of ['titles', 'tagged', 'words', 'said', 'topical'])
    searchDb.exec(`INSERT INTO ${table} (${table}, rank) VALUES ('integrity-check', 1)`)
}
