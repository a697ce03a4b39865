import type { OutgoingEvent } from '@logbook/chassis/log/bus.ts'
import { openDatabase } from '@logbook/chassis/sqlite.ts'

const table = 'CREATE TABLE events (position INTEGER PRIMARY KEY, event TEXT NOT NULL) STRICT'

/** Rows a second that better-sqlite3 writes with an fsync a transaction of so many rows: no bus can do better on this disk. */
export const rawInserts = ({
  file,
  events,
  rowsPerTransaction,
}: {
  file: string
  events: readonly OutgoingEvent[]
  rowsPerTransaction: number
}): number => {
  const db = openDatabase({ file, migrations: [table], durability: 'full' })
  const insert = db.prepare('INSERT INTO events (event) VALUES (?)')
  const transaction = db.transaction((texts: readonly string[]) => {
    for (const text of texts) insert.run(text)
  })
  const texts = events.map((event) => JSON.stringify(event))
  const begun = performance.now()
  for (let from = 0; from < texts.length; from += rowsPerTransaction)
    transaction(texts.slice(from, from + rowsPerTransaction))
  const seconds = (performance.now() - begun) / 1_000
  db.close()
  return events.length / seconds
}
