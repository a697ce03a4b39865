import type { LogStore, ReadRequest, StoredPage } from '@logbook/chassis/log/log-store.ts'
import type { Database } from '@logbook/chassis/sqlite.ts'
import { limits } from './limits.ts'

type Row = [place: number, event: string]

const statementsOf = (db: Database) => ({
  all: db
    .prepare<[number, number], Row>(
      'SELECT position, event FROM events WHERE position > ? ORDER BY position LIMIT ?',
    )
    .raw(),
  ofTypes: db
    .prepare<[number, number, string, number], Row>(
      `SELECT position, event FROM events WHERE position > ? AND position <= ?
       AND type IN (SELECT value FROM json_each(?)) ORDER BY position LIMIT ?`,
    )
    .raw(),
  stream: db
    .prepare<[string, number, number], Row>(
      'SELECT version, event FROM events WHERE subject = ? AND version > ? ORDER BY version LIMIT ?',
    )
    .raw(),
  streamVersions: db
    .prepare<[string, number, number], [version: number, position: number, type: string]>(
      'SELECT version, position, type FROM events WHERE subject = ? AND version > ? ORDER BY version LIMIT ?',
    )
    .raw(),
  event: db.prepare<[number], string>('SELECT event FROM events WHERE position = ?').pluck(),
  positionOf: db
    .prepare<[string, number], number>('SELECT position FROM events WHERE subject = ? AND version = ?')
    .pluck(),
  version: db.prepare<[string], number | null>('SELECT max(version) FROM events WHERE subject = ?').pluck(),
})

type Taken = Pick<StoredPage, 'events' | 'positions'> & { full: boolean }

// Rows are stepped through, not fetched at once, so that a page of large events ends at its bytes and not in memory.
const take = (rows: Iterable<Row>, { limit, bytesMax = Infinity }: Omit<ReadRequest, 'after'>): Taken => {
  const events: string[] = []
  const positions: number[] = []
  let bytes = 0
  for (const [place, event] of rows) {
    events.push(event)
    positions.push(place)
    bytes += Buffer.byteLength(event)
    if (events.length >= limit || bytes >= bytesMax) return { events, positions, full: true }
  }
  return { events, positions, full: false }
}

/** The reading half of the log. Every page is bounded in events, in bytes, and in how far it looks for what matches. */
export const sqliteReads = (db: Database, head: () => number): Pick<LogStore, 'read' | 'readStream'> => {
  const statements = statementsOf(db)

  /** The last version of the stream at or before a position. Versions rise with positions, so it is found by halving. */
  const versionAt = (subject: string, position: number): number => {
    let low = 0
    let high = statements.version.get(subject) ?? 0
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((statements.positionOf.get(subject, middle) ?? 0) <= position) low = middle
      else high = middle - 1
    }
    return low
  }

  function* eventsAt(positions: readonly number[]): Generator<Row> {
    for (const position of positions) yield [position, statements.event.get(position) ?? '']
  }

  /** Matching events of one stream after a position, and the last position looked at, if it was not the stream's last. */
  const takeOfStream = (request: ReadRequest & { subject: string }): Taken & { lookedTo?: number } => {
    const { after, subject, types } = request
    const rows = statements.streamVersions.all(subject, versionAt(subject, after), limits.scanEventsMax)
    const matching = types === undefined ? rows : rows.filter(([, , type]) => types.includes(type))
    const taken = take(eventsAt(matching.map(([, position]) => position)), request)
    const last = rows.at(-1)
    return rows.length === limits.scanEventsMax && last ? { ...taken, lookedTo: last[1] } : taken
  }

  const takeOfTypes = (request: ReadRequest & { types: readonly string[] }): Taken & { lookedTo: number } => {
    const { after, types, limit } = request
    const lookedTo = after + limits.scanEventsMax
    return {
      ...take(statements.ofTypes.iterate(after, lookedTo, JSON.stringify(types), limit), request),
      lookedTo,
    }
  }

  const takeAny = (request: ReadRequest): Taken & { lookedTo?: number } => {
    const { after, types, subject, limit } = request
    if (subject !== undefined) return takeOfStream({ ...request, subject })
    if (types !== undefined) return takeOfTypes({ ...request, types })
    return take(statements.all.iterate(after, limit), request)
  }

  return {
    async read(request) {
      const { full, lookedTo = Infinity, ...page } = takeAny(request)
      const end = Math.max(request.after, head())
      const position = full ? (page.positions.at(-1) ?? end) : Math.min(lookedTo, end)
      return { ...page, position, more: position < head() }
    },
    async readStream(subject, request) {
      const version = statements.version.get(subject) ?? 0
      const { full: _, ...page } = take(
        statements.stream.iterate(subject, request.after, request.limit),
        request,
      )
      const position = page.positions.at(-1) ?? request.after
      return { ...page, position, more: position < version, version }
    },
  }
}
