import { type Database, isStorageFault } from '@logbook/chassis/files/sqlite.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import type { SubscriptionSettings } from '@logbook/contracts/http/subscriptions.ts'
import { deliveriesOf } from './delivery-rows.ts'
import { type Mark, marksOf } from './marks.ts'
import type { Consumer, Moved, Run } from './rows.ts'
import type { Journal } from './window.ts'

const runColumns = `run, name, revision, settings, state, fault, created_at AS createdAt, origin, cursor, previous,
  sequence, attempts, acknowledged, skipped, log_id AS logId, log_epoch AS logEpoch, moved`
const purgeRowsMax = 5_000

type StoredRun = Omit<Run, 'settings' | 'moved'> & { settings: string; moved: string | null }

const runStatements = (db: Database) => ({
  runs: db.prepare<[], StoredRun>(`SELECT ${runColumns} FROM runs ORDER BY name`),
  insert: db.prepare<[Omit<StoredRun, 'run'>]>(
    `INSERT INTO runs (name, revision, settings, state, fault, created_at, origin, cursor, previous, sequence, attempts,
       acknowledged, skipped, log_id, log_epoch, moved)
     VALUES (@name, @revision, @settings, @state, @fault, @createdAt, @origin, @cursor, @previous, @sequence, @attempts,
       @acknowledged, @skipped, @logId, @logEpoch, @moved)`,
  ),
  update: db.prepare<[StoredRun]>(
    `UPDATE runs SET revision = @revision, settings = @settings, state = @state, fault = @fault, origin = @origin,
       cursor = @cursor, previous = @previous, sequence = @sequence, attempts = @attempts,
       acknowledged = @acknowledged, skipped = @skipped, log_id = @logId, log_epoch = @logEpoch, moved = @moved
     WHERE run = @run`,
  ),
  remove: db.prepare<[number]>('DELETE FROM runs WHERE run = ?'),
  find: db.prepare<[number], StoredRun>(`SELECT ${runColumns} FROM runs WHERE run = ?`),
  gone: db.prepare<[], number>('SELECT run FROM gone LIMIT 1').pluck(),
  addGone: db.prepare<[number]>('INSERT INTO gone (run) VALUES (?)'),
  dropGone: db.prepare<[number]>('DELETE FROM gone WHERE run = ?'),
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

const purgeStatements = (db: Database) =>
  (
    [
      ['deliveries', 'position'],
      ['settled', 'sequence'],
      ['consumers', 'consumer'],
      ['marks', 'position'],
    ] as const
  ).map(([table, key]) =>
    db.prepare<[{ run: number; max: number }]>(
      `DELETE FROM ${table} WHERE run = @run
       AND ${key} IN (SELECT ${key} FROM ${table} WHERE run = @run LIMIT @max)`,
    ),
  )

/** The changes of one commit. */
export interface Written {
  run: Run
  journal: Journal
  consumers: readonly Consumer[]
  /** The new marks, in ascending order; absent where they stay. */
  marks?: readonly Mark[] | undefined
  lastToken: number
  /** By the steady clock. */
  now: number
}

/** Runs a call, and turns a fault of the disk into a problem. */
const orUnavailable =
  <Arguments extends unknown[], Result>(write: (...given: Arguments) => Result) =>
  (...given: Arguments): Result => {
    try {
      return write(...given)
    } catch (error) {
      if (!isStorageFault(error)) throw error
      throw new Problem('unavailable', {
        detail: 'The subscription could not be stored. Nothing has changed.',
        retryAfter: 1,
        cause: error,
      })
    }
  }

/** How a run replaces another: after which position, and whether open deliveries up to there are kept, without leases. */
export interface Begin {
  after: number
  keepOpen: boolean
}

const stored = <Some extends Omit<Run, 'run'>>(run: Some) => ({
  ...run,
  settings: JSON.stringify(run.settings),
  moved: run.moved && JSON.stringify(run.moved),
})

const loaded = (row: StoredRun): Run => ({
  ...row,
  settings: JSON.parse(row.settings) as SubscriptionSettings,
  moved: row.moved === null ? null : (JSON.parse(row.moved) as Moved),
})

const runsOf = (db: Database) => {
  const of = runStatements(db)
  const purges = purgeStatements(db)
  const create = (run: Omit<Run, 'run'>): Run => {
    const { lastInsertRowid } = of.insert.run(stored(run))
    return { ...run, run: Number(lastInsertRowid) }
  }
  const remove = (run: number): void => {
    of.remove.run(run)
    of.addGone.run(run)
  }
  const { keep } = deliveriesOf(db)
  const { moveMarks } = marksOf(db)
  const begin = (run: Run, fresh: Omit<Run, 'run'>, { after, keepOpen }: Begin): Run => {
    remove(run.run)
    const begun = create(fresh)
    keep({ from: run.run, to: begun.run, upTo: after, keepOpen })
    moveMarks({ from: run.run, to: begun.run, upTo: after })
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
    /** Replaces a run by a new one, which keeps parked deliveries and marks up to its start. */
    begin: orUnavailable(db.transaction(begin).immediate),
    remove: orUnavailable(db.transaction(remove).immediate),
    /** Deletes some rows of replaced runs. False when none are left. */
    purge: orUnavailable(db.transaction(purge).immediate),
    consumers: (run: number): Consumer[] => of.consumers.all(run),
    putRun: (run: Run, { consumers, lastToken }: Pick<Written, 'consumers' | 'lastToken'>): void => {
      for (const consumer of consumers) of.putConsumer.run(run.run, consumer)
      of.update.run(stored(run))
      of.setToken.run(lastToken)
    },
  }
}

/** The subscriptions' file, opened by the caller with `subscriptionMigrations` and durability `full`. Each call is one transaction. */
export const subscriptionStore = (db: Database) => {
  const { putRun, ...runs } = runsOf(db)
  const { putJournal, keep: _, ...deliveries } = deliveriesOf(db)
  const { marks, putMarks } = marksOf(db)
  const write = ({ run, journal, consumers, marks, lastToken, now }: Written): void => {
    putJournal(journal, { run, consumers, now })
    if (marks !== undefined) putMarks(run.run, marks)
    putRun(run, { consumers, lastToken })
  }
  return { ...runs, ...deliveries, marks, write: orUnavailable(db.transaction(write).immediate) }
}

export type SubscriptionStore = ReturnType<typeof subscriptionStore>
