import { randomUUID } from 'node:crypto'
import { createWriteStream, existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { WallClock } from '@logbook/chassis/clock.ts'
import { foldTogether, partOf, putInPlace, removeFile } from '@logbook/chassis/files/put-in-place.ts'
import { type Database, openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { recordedText } from '@logbook/chassis/log/recorded-text.ts'
import { Refused } from '@logbook/chassis/start/command-line.ts'
import { identityIn, takeIdentity } from '../log/identity.ts'
import { beginning, createRowWriter, type End, type EventText, openLogFile } from '../log/sqlite-rows.ts'
import { limits } from './limits.ts'
import { openToRead } from './log-file.ts'
import type { Progress } from './progress.ts'
import { readAll } from './readable.ts'
import { assignPositions, createGapFinder, type LostEvent } from './salvaged-positions.ts'
import { verifyLog } from './verify.ts'

/** The type of the placeholder for an unreadable event. Every service skips it. */
export const lostType = 'EventLost'
const spareStream = 'lost-events'

export interface Salvaged {
  /** How many events could be read. */
  readable: number
  /** Ranges of lost positions, first and last. */
  lost: [number, number][]
  /** The end of the new log; null for NDJSON. */
  end: End | null
}

/** The readable events in a temporary file, by position. */
const openShelf = (file: string) => {
  const db = openDatabase({
    file,
    migrations: ['CREATE TABLE found (position INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;'],
    durability: 'normal',
  })
  const put = db.prepare<[number, string]>('INSERT OR IGNORE INTO found (position, text) VALUES (?, ?)')
  const all = db.prepare<[], { position: number; text: string }>(
    'SELECT position, text FROM found ORDER BY position',
  )
  return { db, put: ({ position, text }: EventText) => void put.run(position, text), all }
}
type Shelf = ReturnType<typeof openShelf>

const placed = (text: string): EventText => {
  const { position, id, subject, version, type } = JSON.parse(text)
  return { position, id, subject, version, type, text }
}

/** The lost positions, with the stream and version of their placeholders. */
const lostPlaces = ({ all }: Shelf, last: number): { lost: number[]; places: Map<number, LostEvent> } => {
  const { take, gaps } = createGapFinder()
  const lost: number[] = []
  let next = 1
  for (const { position, text } of all.iterate()) {
    for (; next < position; next++) lost.push(next)
    take(placed(text))
    next = position + 1
  }
  for (; next <= last; next++) lost.push(next)
  return {
    lost,
    places: new Map(assignPositions(lost, gaps, spareStream).map((place) => [place.position, place])),
  }
}

const placeholder = ({ position, subject, version }: LostEvent, at: Date): EventText => {
  const event = {
    specversion: '1.0' as const,
    id: randomUUID(),
    source: '/event-bus',
    type: lostType,
    subject,
    time: at.toISOString(),
    datacontenttype: 'application/json',
    dataversion: 1,
    data: { position, reason: 'The event that stood here could not be read any more.' },
  }
  return {
    position,
    id: event.id,
    subject,
    version,
    type: lostType,
    text: recordedText(event, { position, version }),
  }
}

const writeLog = (
  shelf: Shelf,
  source: Database,
  { part, last, places, at }: { part: string; last: number; places: Map<number, LostEvent>; at: Date },
): void => {
  const db = openLogFile(part)
  try {
    const identity = identityIn(source)
    if (identity !== undefined) takeIdentity(db, identity)
    const write = db.transaction(createRowWriter(db))
    const found = shelf.all.iterate()
    let next = found.next()
    let end = beginning
    let page: EventText[] = []
    for (let position = 1; position <= last; position++) {
      const lost = places.get(position)
      if (lost !== undefined) page.push(placeholder(lost, at))
      else if (!next.done) {
        page.push(placed(next.value.text))
        next = found.next()
      }
      if (page.length < limits.pageEventsMax && position < last) continue
      end = write(page, end)
      page = []
    }
    if (last > 0) end = write(page, end)
  } finally {
    db.close()
  }
}

const rangesOf = (positions: readonly number[]): [number, number][] => {
  const ranges: [number, number][] = []
  for (const position of positions) {
    const range = ranges.at(-1)
    if (range !== undefined && range[1] === position - 1) range[1] = position
    else ranges.push([position, position])
  }
  return ranges
}

const writeLines = (shelf: Shelf, part: string): Promise<void> => {
  function* lines() {
    for (const { text } of shelf.all.iterate()) yield `${text}\n`
  }
  return pipeline(Readable.from(lines()), createWriteStream(part, { flush: true, mode: 0o600 }))
}

/**
 * Saves the readable events of a damaged log, which is not changed, into a new sound one: they keep position, version and text, and an
 * `EventLost` replaces each unreadable event, so that positions and versions have no gaps. Where the name ends with `.ndjson`, writes only
 * the readable events, one per line. Throws `Refused` where the file exists.
 */
export const salvageLog = async (request: {
  log: string
  to: string
  clock: WallClock
  progress: Progress
}): Promise<Salvaged> => {
  const { log, clock, progress } = request
  const to = resolve(request.to)
  if (existsSync(to)) throw new Refused(`${to} is there already. Choose another name.`)
  if (!existsSync(dirname(to))) throw new Refused(`There is no folder ${dirname(to)}.`)
  const source = openToRead(log)
  const part = partOf(to)
  const shelfFile = `${part}.found`
  await removeFile(shelfFile)
  await removeFile(part)
  const shelf = openShelf(shelfFile)
  try {
    const last = shelf.db.transaction(() =>
      readAll(source, shelf.put, (done, total) => progress.at({ what: 'reading', done, total })),
    )()
    const { lost, places } = lostPlaces(shelf, last)
    const salvaged = { readable: last - lost.length, lost: rangesOf(lost) }
    if (to.endsWith('.ndjson')) {
      await writeLines(shelf, part)
      await rename(part, to)
      return { ...salvaged, end: null }
    }
    writeLog(shelf, source, { part, last, places, at: clock.now() })
    foldTogether(part)
    const end = await verifyLog(part, progress)
    await putInPlace(part, to)
    return { ...salvaged, end }
  } finally {
    source.close()
    shelf.db.close()
    progress.end()
    await removeFile(shelfFile)
    await removeFile(part)
  }
}
