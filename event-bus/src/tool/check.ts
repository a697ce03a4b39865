import { setImmediate as afterIo } from 'node:timers/promises'
import { isCorruption } from '@logbook/chassis/files/damage.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { chained } from '@logbook/chassis/log/checksum-chain.ts'
import { isIntact } from '../log/damage.ts'
import { beginning, type End, type EventText } from '../log/sqlite-rows.ts'
import { DamagedLog, type Fault } from './failures.ts'
import { limits } from './limits.ts'
import { endOf } from './log-file.ts'

/** A row, whether its position finds it, and the positions that the indexes have for its id, its version and the version before. */
interface StoredRow extends EventText {
  crc: number | null
  checksum: string
  byPosition: number | null
  byId: number | null
  byStream: number | null
  before: number | null
}

const rowsOf = (db: Database) =>
  db.prepare<[number, number], StoredRow>(
    `SELECT position, id, subject, version, type, event AS text, crc, lower(hex(checksum)) AS checksum,
       (SELECT p.position FROM events AS p WHERE p.position = e.position) AS byPosition,
       (SELECT i.position FROM events AS i INDEXED BY events_by_id WHERE i.id = e.id) AS byId,
       (SELECT s.position FROM events AS s INDEXED BY events_by_stream
         WHERE s.subject = e.subject AND s.version = e.version) AS byStream,
       (SELECT s.position FROM events AS s INDEXED BY events_by_stream
         WHERE s.subject = e.subject AND s.version = e.version - 1) AS before
     FROM events AS e WHERE position > ? ORDER BY position LIMIT ?`,
  )

const columns = ['position', 'id', 'subject', 'version', 'type'] as const

const parsed = (text: string): Record<string, unknown> | undefined => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const checksumFault = (row: StoredRow, previous: string): string | undefined => {
  const intact = isIntact(row)
  const continues = typeof row.text === 'string' && chained(previous, row.text) === row.checksum
  if (intact && continues) return undefined
  if (intact)
    return 'its checksum does not follow from the one before: one of them, or the event, was changed'
  return continues
    ? 'its short checksum is damaged; the event itself is what was written'
    : 'the event is not what was written: it does not match its checksum'
}

const columnsFault = (row: StoredRow): string | undefined => {
  const event = parsed(row.text)
  if (event === undefined) return 'the event is not JSON'
  const wrong = columns.find((name) => event[name] !== row[name])
  return wrong && `the column ${wrong} says ${row[wrong]}, the event says ${String(event[wrong])}`
}

const versionFault = ({ position, subject, version, before }: StoredRow): string | undefined => {
  if (version === 1 && before === null) return undefined
  if (version > 1 && before !== null && before < position) return undefined
  return `version ${version} of ${subject} does not come after its version ${version - 1}`
}

const indexFault = (row: StoredRow): string | undefined => {
  const { position, id, subject, version, byPosition, byId, byStream } = row
  // A damaged key of the table is passed by a walk, and is not found by a lookup.
  if (byPosition !== position) return 'who looks for this position does not find it'
  if (byId !== position) return `the index of ids has ${id} at ${byId ?? 'no position'}`
  return byStream === position
    ? undefined
    : `the index of streams has version ${version} of ${subject} at ${byStream ?? 'no position'}`
}

/** The fault of the row after an end, or undefined. */
const faultOf = (row: StoredRow, end: End): Fault | undefined => {
  const position = end.position + 1
  const fault = (kind: Fault['kind'], detail: string | undefined): Fault | undefined =>
    detail === undefined ? undefined : { position, kind, detail }
  if (row.position !== position) return fault('gap', `it is missing; the next is ${row.position}`)
  return (
    fault('checksum', checksumFault(row, end.checksum)) ??
    fault('columns', columnsFault(row)) ??
    fault('version', versionFault(row)) ??
    fault('index', indexFault(row))
  )
}

// In one transaction: otherwise an event appended between the two reads would seem to be lost.
const tailFault = (db: Database): Fault | undefined =>
  db.transaction(() => {
    const { position } = endOf(db)
    const given =
      db.prepare<[], number>("SELECT seq FROM sqlite_sequence WHERE name = 'events'").pluck().get() ?? 0
    const detail = `the log ends at ${position}, but ${given} was given: its tail is lost`
    return given === position ? undefined : ({ position: position + 1, kind: 'tail', detail } as const)
  })()

export interface VerifiedPage {
  texts: readonly string[]
  /** The end of this page. */
  end: End
  /** The last position when this began. */
  last: number
}

/**
 * Walks the log as it is now, in short pages, and recomputes the chain of checksums: every yielded event is intact, at its position,
 * and found by its id and its stream. Throws `DamagedLog` with the first position that is not.
 */
export async function* soundPages(db: Database): AsyncGenerator<VerifiedPage> {
  const rows = rowsOf(db)
  let end = beginning
  const pageUpTo = (last: number): string[] => {
    const texts: string[] = []
    let bytes = 0
    for (const row of rows.iterate(end.position, Math.min(limits.pageEventsMax, last - end.position))) {
      const fault = faultOf(row, end)
      if (fault) throw new DamagedLog(fault)
      texts.push(row.text)
      bytes += Buffer.byteLength(row.text)
      end = { position: row.position, checksum: row.checksum }
      if (bytes >= limits.pageBytesMax) break
    }
    return texts
  }
  try {
    const last = endOf(db).position
    while (end.position < last) {
      const texts = pageUpTo(last)
      if (texts.length === 0)
        throw new DamagedLog({ position: end.position + 1, kind: 'gap', detail: 'it is missing' })
      yield { texts, end, last }
      await afterIo()
    }
    const fault = tailFault(db)
    if (fault) throw new DamagedLog(fault)
  } catch (error) {
    if (!isCorruption(error)) throw error
    const detail = `the file itself is damaged here: ${error instanceof Error ? error.message : error}`
    throw new DamagedLog({ position: end.position + 1, kind: 'unreadable', detail })
  }
}
