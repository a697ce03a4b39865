import { hash } from 'node:crypto'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { epochMs } from './posts.ts'

export const timeTables = `
  -- At which position the log stood at a time: the answer for t is the row with the largest time_ms up to t. Where a clock stepped
  -- back, the rows that a later event overtook are gone, so both columns only ever rise.
  CREATE TABLE position_time (time_ms INTEGER PRIMARY KEY, position INTEGER NOT NULL) STRICT;

  -- The first event that this view applied: what tells one blog from another.
  CREATE TABLE origin (one INTEGER PRIMARY KEY CHECK (one = 1), event_id TEXT NOT NULL) STRICT;
`

interface Moment {
  timeMs: number
  position: number
}

const blogIdChars = 8

/** The times of positions, and the identity of the blog. */
export const timesProjection = (db: Database) => {
  const sql = {
    last: db.prepare<[], Moment>(
      'SELECT time_ms AS timeMs, position FROM position_time ORDER BY time_ms DESC LIMIT 1',
    ),
    overtaken: db.prepare<[number]>('DELETE FROM position_time WHERE time_ms >= ?'),
    add: db.prepare<[number, number]>('INSERT INTO position_time (time_ms, position) VALUES (?, ?)'),
    at: db
      .prepare<[number], number>(
        'SELECT position FROM position_time WHERE time_ms <= ? ORDER BY time_ms DESC LIMIT 1',
      )
      .pluck(),
    addOrigin: db.prepare<[string]>(
      'INSERT INTO origin (one, event_id) VALUES (1, ?) ON CONFLICT DO NOTHING',
    ),
    origin: db.prepare<[], string>('SELECT event_id FROM origin').pluck(),
  }
  let gathered: Moment[] = []
  let upTo = 0
  let firstId: string | undefined
  let blog: string | undefined

  return {
    begin(): void {
      gathered = []
      firstId = undefined
      upTo = sql.last.get()?.position ?? 0
    },
    apply({ id, time, position }: Pick<LogbookEvent, 'id' | 'time' | 'position'>): void {
      if (position <= upTo) return
      upTo = position
      firstId ??= id
      const timeMs = epochMs(time)
      while ((gathered.at(-1)?.timeMs ?? Number.NEGATIVE_INFINITY) >= timeMs) gathered.pop()
      gathered.push({ timeMs, position })
    },
    end(): void {
      const [first] = gathered
      if (first === undefined || firstId === undefined) return
      sql.addOrigin.run(firstId)
      sql.overtaken.run(first.timeMs)
      for (const { timeMs, position } of gathered) sql.add.run(timeMs, position)
      gathered = []
    },
    /** The position of the last event, in the order of the log, whose time is not after this one; 0 before the first. */
    positionAt: (timeMs: number): number => sql.at.get(timeMs) ?? 0,
    /** A short id of the blog, the same in every view of its log; undefined for an empty log. */
    blog(): string | undefined {
      if (blog !== undefined) return blog
      const eventId = sql.origin.get()
      if (eventId !== undefined) blog = hash('sha256', eventId, 'base64url').slice(0, blogIdChars)
      return blog
    },
  }
}

export type Times = ReturnType<typeof timesProjection>
