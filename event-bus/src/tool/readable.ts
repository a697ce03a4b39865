import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { chained } from '@logbook/chassis/log/checksum-chain.ts'
import { isCorruption, isIntact } from '../log/damage.ts'
import type { EventText } from '../log/sqlite-rows.ts'

interface Row {
  position: number
  text: unknown
  crc: unknown
  checksum: string | null
  previous: string | null
}

const rowColumns = `e.position, e.event AS text, e.crc, lower(hex(e.checksum)) AS checksum,
  (SELECT lower(hex(p.checksum)) FROM events AS p WHERE p.position = e.position - 1) AS previous`

/** What an event says of its place; undefined for what is no event. */
const placeIn = (text: string): EventText | undefined => {
  try {
    const { position, id, subject, version, type } = JSON.parse(text)
    const isPlace = (value: unknown) => Number.isSafeInteger(value) && Number(value) > 0
    const isText = (value: unknown) => typeof value === 'string' && value !== ''
    if (!isPlace(position) || !isPlace(version) || ![id, subject, type].every(isText)) return undefined
    return { position, id, subject, version, type, text }
  } catch {
    return undefined
  }
}

/** The event of a row, if it is what was written: its short checksum says so, or the chain does. Keys and columns beside it may be damaged. */
const eventOf = ({ text, crc, checksum, previous }: Row): EventText | undefined => {
  if (typeof text !== 'string') return undefined
  const event = placeIn(text)
  if (event === undefined) return undefined
  if (isIntact({ position: event.position, text, crc })) return event
  return previous !== null && chained(previous, text) === checksum ? event : undefined
}

/** The last position that was given, from whatever can be read. */
const lastPosition = (db: Database): number => {
  const questions = [
    "SELECT seq FROM sqlite_sequence WHERE name = 'events'",
    'SELECT max(position) FROM events',
    'SELECT max(position) FROM events INDEXED BY events_by_id',
  ]
  const answers = questions.map(
    (sql) => orNothing(() => db.prepare<[], number | null>(sql).pluck().get()) ?? 0,
  )
  return Math.max(...answers)
}

/** The result, or undefined where the file itself is damaged. */
const orNothing = <Result>(run: () => Result): Result | undefined => {
  try {
    return run()
  } catch (error) {
    if (!isCorruption(error)) throw error
    return undefined
  }
}

/**
 * Hands each event of a damaged log that can be read to `take`, some of them twice and not all in order. A walk through the table goes on
 * behind each place that can't be read, by looking for the positions one by one; what lies under a damaged key is found by the walk alone.
 * Returns the last position that was given.
 */
export const readAll = (
  db: Database,
  take: (event: EventText) => void,
  onWay: (done: number, total: number) => void,
): number => {
  const last = lastPosition(db)
  const walk = db.prepare<[number], Row>(
    `SELECT ${rowColumns} FROM events AS e NOT INDEXED WHERE e.position > ? ORDER BY e.position`,
  )
  const one = db.prepare<[number], Row>(`SELECT ${rowColumns} FROM events AS e WHERE e.position = ?`)
  const takeRow = (row: Row | undefined) => {
    const event = row && eventOf(row)
    if (event !== undefined && event.position <= last) take(event)
    return row !== undefined
  }
  let at = 0
  const walkOn = () => {
    for (const row of walk.iterate(at)) {
      takeRow(row)
      at = Math.max(at, row.position)
      if (at % 10_000 === 0) onWay(at, last)
    }
    return true
  }
  while (at < last && orNothing(walkOn) !== true) {
    // Behind what can't be read.
    do at += 1
    while (at < last && orNothing(() => takeRow(one.get(at))) !== true)
  }
  return last
}
