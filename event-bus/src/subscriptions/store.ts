import { Problem } from '@logbook/chassis/problem.ts'
import { type Database, isStorageFault } from '@logbook/chassis/sqlite.ts'
import type { SubscriptionSettings } from '@logbook/contracts/http/subscriptions.ts'
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

const runColumns = `run, name, revision, settings, state, fault, created_at AS createdAt, origin, cursor, previous,
  sequence, attempts, acknowledged, skipped`
const deliveryColumns = `position, id, subject, previous, time, attempts, first_attempt_at AS firstAttemptAt,
  last_attempt_at AS lastAttemptAt, status, reason, body_excerpt AS bodyExcerpt, state, token, consumer, at,
  replayed, left_ms AS leftMs`
const parked = "state IN ('failed', 'behind')"
const purgeRowsMax = 5_000

type StoredRun = Omit<Run, 'settings'> & { settings: string }
type Page = { after: number; limit: number }

const runStatements = (db: Database) => ({
  runs: db.prepare<[], StoredRun>(`SELECT ${runColumns} FROM runs ORDER BY name`),
  insert: db.prepare<[Omit<StoredRun, 'run'>]>(
    `INSERT INTO runs (name, revision, settings, state, fault, created_at, origin, cursor, previous, sequence, attempts,
       acknowledged, skipped)
     VALUES (@name, @revision, @settings, @state, @fault, @createdAt, @origin, @cursor, @previous, @sequence, @attempts,
       @acknowledged, @skipped)`,
  ),
  update: db.prepare<[StoredRun]>(
    `UPDATE runs SET revision = @revision, settings = @settings, state = @state, fault = @fault, origin = @origin,
       cursor = @cursor, previous = @previous, sequence = @sequence, attempts = @attempts,
       acknowledged = @acknowledged, skipped = @skipped
     WHERE run = @run`,
  ),
  remove: db.prepare<[number]>('DELETE FROM runs WHERE run = ?'),
  find: db.prepare<[number], StoredRun>(`SELECT ${runColumns} FROM runs WHERE run = ?`),
  gone: db.prepare<[], number>('SELECT run FROM gone LIMIT 1').pluck(),
  addGone: db.prepare<[number]>('INSERT INTO gone (run) VALUES (?)'),
  dropGone: db.prepare<[number]>('DELETE FROM gone WHERE run = ?'),
  moveParked: db.prepare<[number, number, number]>(
    `UPDATE deliveries SET run = ? WHERE run = ? AND position <= ? AND ${parked}`,
  ),
  token: db.prepare<[], number>('SELECT last_token FROM fence').pluck(),
  setToken: db.prepare<[number]>('UPDATE fence SET last_token = ?'),
  consumers: db.prepare<[number], Consumer>(
    'SELECT consumer, name, count, confirmed, hash FROM consumers WHERE run = ? ORDER BY consumer',
  ),
  putConsumer: db.prepare<[number, Consumer]>(
    `INSERT INTO consumers (run, consumer, name, count, confirmed, hash)
     VALUES (?, @consumer, @name, @count, @confirmed, @hash)
     ON CONFLICT (run, consumer) DO UPDATE SET count = @count, confirmed = @confirmed, hash = @hash`,
  ),
})

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
  // By place rather than by name: these run for every delivery, and names cost more than the rows.
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

const purgeStatements = (db: Database) =>
  (
    [
      ['deliveries', 'position'],
      ['settled', 'sequence'],
      ['consumers', 'consumer'],
    ] as const
  ).map(([table, key]) =>
    db.prepare<[{ run: number; max: number }]>(
      `DELETE FROM ${table} WHERE run = @run
       AND ${key} IN (SELECT ${key} FROM ${table} WHERE run = @run LIMIT @max)`,
    ),
  )

/** What one commit writes down, together or not at all. */
export interface Written {
  run: Run
  journal: Journal
  consumers: readonly Consumer[]
  lastToken: number
  /** By the steady clock. */
  now: number
}

type Writing = Omit<Written, 'journal' | 'lastToken'>

/** Runs it, and makes a fault of the disk a problem that says so. */
const orUnavailable =
  <Arguments extends unknown[], Result>(write: (...given: Arguments) => Result) =>
  (...given: Arguments): Result => {
    try {
      return write(...given)
    } catch (error) {
      if (!isStorageFault(error)) throw error
      throw new Problem('unavailable', {
        detail: 'The subscription could not be written. Nothing of it has changed.',
        retryAfter: 1,
        cause: error,
      })
    }
  }

const stored = (run: Run): StoredRun => ({ ...run, settings: JSON.stringify(run.settings) })

const loaded = (row: StoredRun): Run => ({
  ...row,
  settings: JSON.parse(row.settings) as SubscriptionSettings,
})

const runsOf = (db: Database) => {
  const of = runStatements(db)
  const purges = purgeStatements(db)
  const create = (run: Omit<Run, 'run'>): Run => {
    const { lastInsertRowid } = of.insert.run({ ...run, settings: JSON.stringify(run.settings) })
    return { ...run, run: Number(lastInsertRowid) }
  }
  const remove = (run: number): void => {
    of.remove.run(run)
    of.addGone.run(run)
  }
  const begin = (run: Run, fresh: Omit<Run, 'run'>, keepParkedUpTo: number): Run => {
    remove(run.run)
    const begun = create(fresh)
    of.moveParked.run(begun.run, run.run, keepParkedUpTo)
    return begun
  }
  const purge = (): boolean => {
    const run = of.gone.get()
    if (run === undefined) return false
    const cleared = purges.reduce((sum, each) => sum + each.run({ run, max: purgeRowsMax }).changes, 0)
    if (cleared === 0) of.dropGone.run(run)
    return true
  }
  return {
    runs: (): Run[] => of.runs.all().map(loaded),
    find: (run: number): Run | undefined => {
      const row = of.find.get(run)
      return row && loaded(row)
    },
    lastToken: (): number => of.token.get() ?? 0,
    create: orUnavailable(create),
    /** Replaces a run by a new one, which keeps what is parked up to a position. */
    begin: orUnavailable(db.transaction(begin).immediate),
    remove: orUnavailable(db.transaction(remove).immediate),
    /** Clears away some of what runs that are no more left behind. False when nothing is left. */
    purge: orUnavailable(db.transaction(purge).immediate),
    consumers: (run: number): Consumer[] => of.consumers.all(run),
    putRun: (run: Run, { consumers, lastToken }: Pick<Written, 'consumers' | 'lastToken'>): void => {
      for (const consumer of consumers) of.putConsumer.run(run.run, consumer)
      of.update.run(stored(run))
      of.setToken.run(lastToken)
    },
  }
}

const deliveriesOf = (db: Database) => {
  const of = deliveryStatements(db)
  return {
    open: (run: number, from: { now: number; anew: boolean }): Delivery[] =>
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

/** The subscriptions' file, opened by the caller with `subscriptionMigrations` and durability `full`. Every call is one transaction. */
export const subscriptionStore = (db: Database) => {
  const { putRun, ...runs } = runsOf(db)
  const { putJournal, ...deliveries } = deliveriesOf(db)
  const write = ({ run, journal, consumers, lastToken, now }: Written): void => {
    putJournal(journal, { run, consumers, now })
    putRun(run, { consumers, lastToken })
  }
  return { ...runs, ...deliveries, write: orUnavailable(db.transaction(write).immediate) }
}

export type SubscriptionStore = ReturnType<typeof subscriptionStore>
