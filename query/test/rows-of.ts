import type { Database } from '@logbook/chassis/sqlite.ts'

/** Every row of every table, as text: equal if and only if the files say the same. */
export const rowsOf = (db: Database) =>
  db
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
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
