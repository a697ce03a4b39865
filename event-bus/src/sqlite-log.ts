import type { AppendOutcome, AppendRequest, LogStore } from '@logbook/chassis/log/log-store.ts'
import { placeAppends } from '@logbook/chassis/log/placement.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { type Database, isStorageFault, openDatabase } from '@logbook/chassis/sqlite.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { chained, genesis } from './checksum.ts'
import { sqliteReads } from './sqlite-reads.ts'

/** An event stands as the text it is served as; the columns beside it are for finding it. */
const migrations: readonly string[] = [
  `CREATE TABLE events (
     position INTEGER PRIMARY KEY AUTOINCREMENT,
     id TEXT NOT NULL,
     subject TEXT NOT NULL,
     version INTEGER NOT NULL,
     type TEXT NOT NULL,
     event TEXT NOT NULL,
     checksum BLOB NOT NULL
   ) STRICT;
   CREATE UNIQUE INDEX events_by_id ON events (id);
   CREATE UNIQUE INDEX events_by_stream ON events (subject, version);`,
]

/** Opens a log's file, making it if there is none: what a commit returns from is on the disk. */
export const openLogFile = (file: string): Database => openDatabase({ file, migrations, durability: 'full' })

/** Where the log ends: what the next event continues. */
interface End {
  position: number
  /** In hexadecimal digits; the file holds the bytes. */
  checksum: string
}

const columns = 7
// Rows in one INSERT. Beyond 16 the statement's own size eats what the fewer calls save.
const rowsPerInsert = 16

const insertOf = (db: Database, rows: number) =>
  db.prepare(
    `INSERT INTO events (position, id, subject, version, type, event, checksum)
     VALUES ${Array.from({ length: rows }, () => '(?, ?, ?, ?, ?, ?, unhex(?))').join(', ')}`,
  )

const statementsOf = (db: Database) => ({
  // Sets go in as one JSON array: a call a set costs a tenth of a call a member.
  recorded: db.prepare<[string], { id: string; event: string }>(
    'SELECT id, event FROM events WHERE id IN (SELECT value FROM json_each(?))',
  ),
  versions: db.prepare<[string], { subject: string; version: number | null }>(
    `SELECT value AS subject, (SELECT max(version) FROM events WHERE subject = value) AS version
     FROM json_each(?)`,
  ),
  end: db.prepare<[], End>(
    'SELECT position, lower(hex(checksum)) AS checksum FROM events ORDER BY position DESC LIMIT 1',
  ),
  lastGiven: db.prepare<[], number>("SELECT seq FROM sqlite_sequence WHERE name = 'events'").pluck(),
  insertOne: insertOf(db, 1),
  insertMany: insertOf(db, rowsPerInsert),
})

type Statements = ReturnType<typeof statementsOf>

const readEnd = (db: Database, statements: Statements): End => {
  const end = statements.end.get() ?? { position: 0, checksum: genesis }
  const lastGiven = statements.lastGiven.get() ?? 0
  // A position is given once. Were the log's tail cut off, new events would take places that followers have read.
  if (lastGiven !== end.position)
    throw new Error(
      `${db.name} ends at position ${end.position}, but ${lastGiven} was given: its tail is lost`,
    )
  return end
}

const distinct = (requests: readonly AppendRequest[], key: 'id' | 'subject'): string =>
  JSON.stringify([...new Set(requests.flatMap((request) => request.map((event) => event[key])))])

/** Writes the events after `end` and returns the new end. */
const write = (statements: Statements, events: readonly RecordedEvent[], end: End): End => {
  let { checksum } = end
  const values: (string | number)[] = []
  for (const event of events) {
    const text = JSON.stringify(event)
    checksum = chained(checksum, text)
    values.push(event.position, event.id, event.subject, event.version, event.type, text, checksum)
  }
  let from = 0
  for (; from + rowsPerInsert * columns <= values.length; from += rowsPerInsert * columns)
    statements.insertMany.run(values.slice(from, from + rowsPerInsert * columns))
  for (; from < values.length; from += columns) statements.insertOne.run(values.slice(from, from + columns))
  return { position: end.position + events.length, checksum }
}

/**
 * The log in a file of `openLogFile`; closing it is the log's. The caller vouches that no other process writes the file.
 * One append call is one transaction and one fsync.
 */
export const sqliteLog = (db: Database): LogStore => {
  const statements = statementsOf(db)
  // Undefined after a failed commit: it is then read again, since nothing is known but what stands in the file.
  let end: End | undefined = readEnd(db, statements)
  let head = end.position

  // IMMEDIATE: a transaction that reads first and writes later fails at once with SQLITE_BUSY if anyone wrote between.
  const commit = db.transaction((requests: readonly AppendRequest[], before: End) => {
    const recorded = new Map(
      statements.recorded.all(distinct(requests, 'id')).map(({ id, event }) => [id, event]),
    )
    const versions = new Map(
      statements.versions
        .all(distinct(requests, 'subject'))
        .map(({ subject, version }) => [subject, version]),
    )
    const { outcomes, events } = placeAppends(requests, {
      head: before.position,
      versionOf: (subject) => versions.get(subject) ?? 0,
      recorded: (id) => {
        const text = recorded.get(id)
        return text === undefined ? undefined : (JSON.parse(text) as RecordedEvent)
      },
    })
    return { outcomes, end: events.length === 0 ? before : write(statements, events, before) }
  }).immediate

  const append = (requests: readonly AppendRequest[]): AppendOutcome[] => {
    try {
      end ??= readEnd(db, statements)
      const committed = commit(requests, end)
      end = committed.end
      head = end.position
      return committed.outcomes
    } catch (error) {
      end = undefined
      if (!isStorageFault(error)) throw error
      throw new Problem('unavailable', {
        detail: 'The log could not be written. Nothing was recorded.',
        retryAfter: 1,
        cause: error,
      })
    }
  }

  return {
    append: async (requests) => append(requests),
    ...sqliteReads(db, () => head),
    head: () => head,
    close: async () => {
      db.close()
    },
  }
}
