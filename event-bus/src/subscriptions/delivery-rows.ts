import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { Delivery } from './delivery.ts'
import {
  type Consumer,
  type DeliveryRow,
  deliveryOf,
  type Run,
  resumed,
  type SettledRow,
  valuesOf,
} from './rows.ts'
import type { Journal } from './window.ts'

const deliveryColumns = `position, id, subject, previous, time, attempts, first_attempt_at AS firstAttemptAt,
  last_attempt_at AS lastAttemptAt, status, reason, body_excerpt AS bodyExcerpt, state, token, consumer, at,
  replayed, left_ms AS leftMs`
const parked = "state IN ('failed', 'behind')"

type Page = { after: number; limit: number }

interface Writing {
  run: Run
  consumers: readonly Consumer[]
  /** By the steady clock. */
  now: number
}

const deliveryStatements = (db: Database) => ({
  open: db.prepare<[number], DeliveryRow>(
    `SELECT ${deliveryColumns} FROM deliveries WHERE run = ? AND state IN ('waiting', 'leased')`,
  ),
  parkedBySubject: db
    .prepare<[number], [string, number]>(
      `SELECT subject, count(*) FROM deliveries WHERE run = ? AND ${parked} GROUP BY subject`,
    )
    .raw(),
  parked: db.prepare<[number, number, number], DeliveryRow>(
    `SELECT ${deliveryColumns} FROM deliveries
     WHERE run = ? AND position > ? AND ${parked} ORDER BY position LIMIT ?`,
  ),
  parkedOf: db.prepare<[number, string, number, number], DeliveryRow>(
    `SELECT ${deliveryColumns} FROM deliveries
     WHERE run = ? AND subject = ? AND position > ? AND ${parked} ORDER BY position LIMIT ?`,
  ),
  between: db.prepare<[number, number, number], DeliveryRow>(
    `SELECT ${deliveryColumns} FROM deliveries WHERE run = ? AND position > ? AND position <= ? ORDER BY position`,
  ),
  // Positional parameters: these run for every delivery, and named ones cost more than the rows.
  put: db.prepare<[(string | number | null)[]]>(
    `INSERT INTO deliveries (run, position, id, subject, previous, time, attempts, first_attempt_at, last_attempt_at,
       status, reason, body_excerpt, state, token, consumer, at, replayed, left_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (run, position) DO UPDATE SET attempts = excluded.attempts,
       first_attempt_at = excluded.first_attempt_at, last_attempt_at = excluded.last_attempt_at,
       status = excluded.status, reason = excluded.reason, body_excerpt = excluded.body_excerpt,
       state = excluded.state, token = excluded.token, consumer = excluded.consumer, at = excluded.at,
       replayed = excluded.replayed, left_ms = excluded.left_ms`,
  ),
  moveParked: db.prepare<[number, number, number]>(
    `UPDATE deliveries SET run = ? WHERE run = ? AND position <= ? AND ${parked}`,
  ),
  moveOpen: db.prepare<[number, number, number]>(
    `UPDATE deliveries SET run = ?, state = 'waiting', token = NULL, consumer = NULL, at = 0, left_ms = NULL
     WHERE run = ? AND position <= ? AND state IN ('waiting', 'leased')`,
  ),
  drop: db.prepare<[number, number]>('DELETE FROM deliveries WHERE run = ? AND position = ?'),
  settle: db.prepare<[(string | number | null)[]]>(
    'INSERT INTO settled (run, sequence, position, consumer, skipped_at, reason) VALUES (?, ?, ?, ?, ?, ?)',
  ),
  settledBetween: db.prepare<[number, number, number], SettledRow>(
    `SELECT sequence, position, consumer, skipped_at AS skippedAt, reason FROM settled
     WHERE run = ? AND position > ? AND position <= ? ORDER BY position, sequence`,
  ),
  settledAfter: db.prepare<[number, number, number], SettledRow>(
    `SELECT sequence, position, consumer, skipped_at AS skippedAt, reason FROM settled
     WHERE run = ? AND sequence > ? ORDER BY sequence LIMIT ?`,
  ),
  latestSkipped: db.prepare<[number, number], SettledRow>(
    `SELECT sequence, position, consumer, skipped_at AS skippedAt, reason FROM settled
     WHERE run = ? AND skipped_at IS NOT NULL ORDER BY sequence DESC LIMIT ?`,
  ),
})

/** The deliveries of runs, and their outcomes. */
export const deliveriesOf = (db: Database) => {
  const of = deliveryStatements(db)
  return {
    open: (run: number, from: { now: number; restarted: boolean }): Delivery[] =>
      of.open.all(run).map((row) => resumed(row, from)),
    parkedBySubject: (run: number): [string, number][] => of.parkedBySubject.all(run),
    parked: (run: number, { after, limit, subject }: Page & { subject?: string | undefined }): Delivery[] =>
      (subject === undefined
        ? of.parked.all(run, after, limit)
        : of.parkedOf.all(run, subject, after, limit)
      ).map(deliveryOf),
    /** Deliveries, parked ones too, after a position up to another. */
    between: (run: number, { after, upTo }: { after: number; upTo: number }): Delivery[] =>
      of.between.all(run, after, upTo).map(deliveryOf),
    settledBetween: (run: number, { after, upTo }: { after: number; upTo: number }): SettledRow[] =>
      of.settledBetween.all(run, after, upTo),
    settledAfter: (run: number, { after, limit }: Page): SettledRow[] =>
      of.settledAfter.all(run, after, limit),
    latestSkipped: (run: number, limit: number): SettledRow[] => of.latestSkipped.all(run, limit),
    /** Moves deliveries parked up to a position to another run; with `keepOpen` also waiting and leased ones, due at once. */
    keep: ({ from, to, upTo, keepOpen }: { from: number; to: number; upTo: number; keepOpen: boolean }) => {
      of.moveParked.run(to, from, upTo)
      if (keepOpen) of.moveOpen.run(to, from, upTo)
    },
    putJournal: ({ put, settled }: Journal, { run, consumers, now }: Writing): void => {
      const numbers = new Map(consumers.map(({ name, consumer }) => [name, consumer]))
      for (const delivery of put) of.put.run([run.run, ...valuesOf(delivery, now)])
      let sequence = run.sequence - settled.length
      for (const { delivery, how, consumer, reason, at } of settled) {
        sequence += 1
        of.drop.run(run.run, delivery.position)
        const skippedAt = how === 'skipped' ? at : null
        of.settle.run([run.run, sequence, delivery.position, numbers.get(consumer) ?? 0, skippedAt, reason])
      }
    },
  }
}
