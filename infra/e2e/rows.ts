import { DatabaseSync } from 'node:sqlite'

/** Every row of every table, as text: equal if and only if the files say the same. */
export const rowsOf = (file: string): Record<string, string[]> => {
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    const tables = db.prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'opened' AND sql NOT LIKE 'CREATE VIRTUAL%'",
    )
    return Object.fromEntries(
      tables.all().map(({ name }) => {
        const rows = db.prepare(`SELECT * FROM "${String(name)}"`).all()
        return [String(name), rows.map((row) => JSON.stringify(Object.entries(row))).sort()]
      }),
    )
  } finally {
    db.close()
  }
}
