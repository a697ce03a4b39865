import { isCorruption } from '@logbook/chassis/files/damage.ts'
import { type Database, isStorageFault } from '@logbook/chassis/files/sqlite.ts'
import { genesis } from '@logbook/chassis/log/checksum-chain.ts'
import type { LogStore, ReadRequest } from '@logbook/chassis/log/log-store.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { limits } from '../limits.ts'
import { type Expectation, type Row, type Taken, take } from '../scrub/sound-rows.ts'
import { damaged, damagedStream } from './damage.ts'
import type { Tail } from './tail.ts'

const statementsOf = (db: Database) => ({
  all: db
    .prepare<[number, number], Row>(
      'SELECT position, event, crc FROM events WHERE position > ? ORDER BY position LIMIT ?',
    )
    .raw(),
  ofTypes: db
    .prepare<[number, number, string, number], Row>(
      `SELECT position, event, crc FROM events WHERE position > ? AND position <= ?
       AND type IN (SELECT value FROM json_each(?)) ORDER BY position LIMIT ?`,
    )
    .raw(),
  stream: db
    .prepare<[string, number, number], Row>(
      `SELECT version, event, crc, position FROM events WHERE subject = ? AND version > ?
       ORDER BY version LIMIT ?`,
    )
    .raw(),
  streamVersions: db
    .prepare<[string, number, number], [version: number, position: number, type: string]>(
      'SELECT version, position, type FROM events WHERE subject = ? AND version > ? ORDER BY version LIMIT ?',
    )
    .raw(),
  event: db.prepare<[number], Row>('SELECT position, event, crc FROM events WHERE position = ?').raw(),
  positionOf: db
    .prepare<[string, number], number>('SELECT position FROM events WHERE subject = ? AND version = ?')
    .pluck(),
  checksum: db
    .prepare<[number], string>('SELECT lower(hex(checksum)) FROM events WHERE position = ?')
    .pluck(),
  version: db.prepare<[string], number | null>('SELECT max(version) FROM events WHERE subject = ?').pluck(),
})

type Statements = ReturnType<typeof statementsOf>

/** The last version of the stream at or before a position, by binary search: versions rise with positions. */
const versionAt = (
  statements: Statements,
  { subject, position }: { subject: string; position: number },
): number => {
  let low = 0
  let high = statements.version.get(subject) ?? 0
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    const found = statements.positionOf.get(subject, middle)
    if (found === undefined) throw damagedStream({ subject, version: middle })
    if (found <= position) low = middle
    else high = middle - 1
  }
  return low
}

/** Runs a read, and turns faults of the file or the disk into problems. */
const guarded = <Result>(run: () => Result, broken: () => Problem): Result => {
  try {
    return run()
  } catch (error) {
    if (isCorruption(error)) throw broken()
    if (!isStorageFault(error)) throw error
    throw new Problem('unavailable', { detail: 'The log could not be read.', retryAfter: 1, cause: error })
  }
}

interface Ends {
  head: () => number
  /** The checksum at the head, where it is known without reading it. */
  headChecksum: () => string | undefined
  /** The cached end of the log. */
  tail: Pick<Tail, 'read'>
}

/** The reads of the log. Every page is bounded in events, in bytes, and in how far it scans for matches. */
export const sqliteReads = (
  db: Database,
  { head, headChecksum, tail }: Ends,
): Pick<LogStore, 'read' | 'readStream' | 'checksumAt'> => {
  const statements = statementsOf(db)

  function* eventsAt(positions: readonly number[]): Generator<Row> {
    for (const position of positions) yield statements.event.get(position) ?? [position, null, null]
  }

  /** Matching events of one stream after a position, and the last scanned position, unless the stream ended. */
  const takeOfStream = (request: ReadRequest & { subject: string }): Taken & { lookedTo?: number } => {
    const { after, subject, types } = request
    const from = versionAt(statements, { subject, position: after })
    const rows = statements.streamVersions.all(subject, from, limits.scanEventsMax)
    const gap = rows.findIndex(([version], index) => version !== from + index + 1)
    if (gap !== -1) throw damagedStream({ subject, version: from + gap + 1 })
    const matching = types === undefined ? rows : rows.filter(([, , type]) => types.includes(type))
    const taken = take(eventsAt(matching.map(([, position]) => position)), request, {
      subject,
      broken: damaged,
    })
    const last = rows.at(-1)
    return rows.length === limits.scanEventsMax && last ? { ...taken, lookedTo: last[1] } : taken
  }

  const takeOfTypes = (request: ReadRequest & { types: readonly string[] }): Taken & { lookedTo: number } => {
    const { after, types, limit } = request
    const lookedTo = after + limits.scanEventsMax
    const rows = statements.ofTypes.iterate(after, lookedTo, JSON.stringify(types), limit)
    return { ...take(rows, request, { broken: damaged }), lookedTo }
  }

  const takeAny = (request: ReadRequest): Taken & { lookedTo?: number } => {
    const { after, types, subject, limit } = request
    if (subject !== undefined) return takeOfStream({ ...request, subject })
    if (types !== undefined) return takeOfTypes({ ...request, types })
    const expected: Expectation = { unbroken: { after, last: head() }, broken: damaged }
    return take(statements.all.iterate(after, limit), request, expected)
  }

  return {
    async read(request) {
      const latest = tail.read(request)
      if (latest) return { ...latest, more: latest.position < head() }
      const {
        full,
        lookedTo = Infinity,
        ...page
      } = guarded(
        () => takeAny(request),
        () => damaged(request.after + 1),
      )
      const end = Math.max(request.after, head())
      const position = full ? (page.positions.at(-1) ?? end) : Math.min(lookedTo, end)
      return { ...page, position, more: position < head() }
    },
    async readStream(subject, request) {
      const { after, limit } = request
      const broken = (version: number) => damagedStream({ subject, version })
      return guarded(
        () => {
          const version = statements.version.get(subject) ?? 0
          const rows = statements.stream.iterate(subject, after, limit)
          const expected = { unbroken: { after, last: version }, subject, broken }
          const { full: _, ...page } = take(rows, request, expected)
          const position = page.positions.at(-1) ?? after
          return { ...page, position, more: position < version, version }
        },
        () => broken(after + 1),
      )
    },
    async checksumAt(position) {
      if (position === 0) return genesis
      const latest = position === head() ? headChecksum() : undefined
      const read = () => statements.checksum.get(position)
      return latest ?? guarded(read, () => damaged(position))
    },
  }
}
