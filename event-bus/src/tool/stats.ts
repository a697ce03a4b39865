import { existsSync, statSync } from 'node:fs'
import { endOf, openToRead } from './log-file.ts'

export interface Stats {
  events: number
  streams: number
  /** How many events of each type, the most frequent first. */
  types: Record<string, number>
  /** The size of the events' texts, in UTF-8. */
  eventBytes: number
  /** The size of the file with its write-ahead log. */
  fileBytes: number
  firstTime: string | null
  lastTime: string | null
  /** The checksum of the last event, which covers the whole log. */
  head: string
}

/** Statistics of a log, which may be in use, at one moment. Verifies nothing. */
export const statsOf = (file: string): Stats => {
  const db = openToRead(file)
  const one = <Value>(sql: string, ...parameters: number[]) =>
    db
      .prepare<number[], Value>(sql)
      .pluck()
      .get(...parameters)
  const timeAt = (position: number) =>
    one<string>("SELECT event ->> 'time' FROM events WHERE position = ?", position) ?? null
  const bytesOf = (name: string) => (existsSync(name) ? statSync(name).size : 0)
  try {
    return db.transaction(() => {
      const { position, checksum } = endOf(db)
      const types = db
        .prepare<[], [string, number]>(
          'SELECT type, count(*) FROM events GROUP BY type ORDER BY count(*) DESC, type',
        )
        .raw()
        .all()
      return {
        events: one<number>('SELECT count(*) FROM events') ?? 0,
        streams: one<number>('SELECT count(*) FROM events WHERE version = 1') ?? 0,
        types: Object.fromEntries(types),
        eventBytes: one<number>('SELECT total(octet_length(event)) FROM events') ?? 0,
        fileBytes: bytesOf(file) + bytesOf(`${file}-wal`),
        firstTime: timeAt(1),
        lastTime: timeAt(position),
        head: checksum,
      }
    })()
  } finally {
    db.close()
  }
}
