import { isCorruption } from '@logbook/chassis/files/damage.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { chained } from '@logbook/chassis/log/checksum-chain.ts'
import { isIntact } from '../log/damage.ts'
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

/** An event's position, stream and version; undefined for anything else. */
const placeIn = (text: string): EventText | undefined => {
  try {
    const { position, id, subject, version, type } = JSON.parse(text)
    const isPositive = (value: unknown) => Number.isSafeInteger(value) && Number(value) > 0
    const isText = (value: unknown) => typeof value === 'string' && value !== ''
    if (!isPositive(position) || !isPositive(version) || ![id, subject, type].every(isText)) return undefined
    return { position, id, subject, version, type, text }
  } catch {
    return undefined
  }
}

/** The event of a row, if its short checksum or the chain shows that it is intact. Keys and other columns may be damaged. */
const eventOf = ({ text, crc, checksum, previous }: Row): EventText | undefined => {
  if (typeof text !== 'string') return undefined
  const event = placeIn(text)
  if (event === undefined) return undefined
  if (isIntact({ position: event.position, text, crc })) return event
  return previous !== null && chained(previous, text) === checksum ? event : undefined
}

/** The last assigned position, from what can be read. */
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
 * Passes each readable event of a damaged log to `take`, some of them twice and not all in order. A walk through the table continues
 * after each unreadable part, by trying positions one by one; only the walk finds rows under a damaged key. Returns the last assigned
 * position.
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
    // After the unreadable part.
    do at += 1
    while (at < last && orNothing(() => takeRow(one.get(at))) !== true)
  }
  return last
}
