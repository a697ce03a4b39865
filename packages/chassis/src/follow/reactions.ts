import type { ParkedItem } from '@logbook/contracts/http/parked.ts'
import type { Database } from 'better-sqlite3'
import { backoff, pause } from '../async/pause.ts'
import { isStorageFault } from '../files/sqlite.ts'
import { createFaultLog, type FaultLog } from '../health/fault-log.ts'
import type { Logger } from '../logger.ts'
import { isProblem } from '../problem.ts'
import { addColumn, sqlNow } from './follower-tables.ts'
import type { ParkedWork } from './parked.ts'

/** The migration of a file whose service answers events with events; another name for answers of another kind. */
export const reactionTablesNamed = (table: string): string => `
  -- What is still to be answered. Written in the transaction that applied the event, taken away when the answer is
  -- seen in the log; so a file that is rebuilt from the log owes nothing that was answered before.
  CREATE TABLE ${table} (
    id TEXT PRIMARY KEY, position INTEGER NOT NULL, subject TEXT NOT NULL, payload TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, parked TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX ${table}_by_position ON ${table} (position);
`
export const reactionTables = reactionTablesNamed('reaction')

export interface Due<Payload> {
  /** The id of the event to be answered. */
  id: string
  position: number
  /** Reactions of one subject happen in order, one at a time. */
  subject: string
  payload: Payload
}

interface Row {
  id: string
  subject: string
  payload: string
  position: number
  attempts: number
}

export interface ReactionsOptions<Payload> {
  db: Database
  logger: Logger
  /** Gives the answer: appends events whose ids derive from `due.id`, so that a second time is a no-op. */
  react: (due: Due<Payload>) => Promise<void>
  /** Where what is due stands, made by `reactionTablesNamed`. */
  table?: string
}

const pageSizeMax = 256
const attemptsMax = 8
const backoffMs = { initial: 50, max: 5_000 } as const

/** A fault of the way rather than of the reaction; it says nothing about whether the reaction would succeed. */
const isPassing = (error: unknown): boolean =>
  isProblem(error, 'unavailable') ||
  isProblem(error, 'timeout') ||
  isProblem(error, 'too-many') ||
  isStorageFault(error)

/** `oldest` is a position. */
interface Count {
  due: number
  parked: number
  oldest: number | null
}

const statements = (db: Database, table: string) => ({
  insert: db.prepare<[string, number, string, string]>(
    `INSERT OR IGNORE INTO ${table} (id, position, subject, payload) VALUES (?, ?, ?, ?)`,
  ),
  remove: db.prepare<[string]>(`DELETE FROM ${table} WHERE id = ?`),
  open: db.prepare<[number], Row>(
    `SELECT id, subject, payload, position, attempts FROM ${table} WHERE parked IS NULL
       AND subject NOT IN (SELECT subject FROM ${table} WHERE parked IS NOT NULL) ORDER BY position LIMIT ?`,
  ),
  countAttempt: db
    .prepare<[string], number>(`UPDATE ${table} SET attempts = attempts + 1 WHERE id = ? RETURNING attempts`)
    .pluck(),
  uncountAttempt: db.prepare<[string]>(`UPDATE ${table} SET attempts = attempts - 1 WHERE id = ?`),
  park: db.prepare<[string, string]>(`UPDATE ${table} SET parked = ?, parked_at = ${sqlNow} WHERE id = ?`),
  unpark: db.prepare<[string | null, string | null]>(
    `UPDATE ${table} SET parked = NULL, parked_at = NULL, attempts = 0 WHERE parked IS NOT NULL AND (? IS NULL OR id = ?)`,
  ),
  listParked: db.prepare<[number], ParkedItem>(
    `SELECT id, subject, parked AS reason, parked_at AS since FROM ${table} WHERE parked IS NOT NULL
       ORDER BY position LIMIT ?`,
  ),
  count: db.prepare<[], Count>(
    `SELECT count(*) AS due, count(parked) AS parked,
       min(position) FILTER (WHERE parked IS NULL) AS oldest FROM ${table}`,
  ),
})

/** Answers events with events: at least once from here, exactly once in the log. One that keeps failing is parked and seen. */
export class Reactions<Payload> {
  readonly #options: ReactionsOptions<Payload>
  readonly #sql: ReturnType<typeof statements>
  readonly #abort = new AbortController()
  readonly #faults: FaultLog
  #running: Promise<void> | undefined
  #woken = false
  /** False while it is known that nothing is due. */
  #mayBeDue = true
  /** Of what is due and not parked, and since when this process knows of it, in ms of `performance.now()`. */
  #oldest: { position: number; sinceMs: number } | undefined

  constructor(options: ReactionsOptions<Payload>) {
    this.#options = options
    this.#faults = createFaultLog(options.logger, {
      failed: 'reactions stopped for the moment',
      again: 'reactions go on',
    })
    const { db, table = 'reaction' } = options
    addColumn(db, table, 'parked_at TEXT')
    this.#sql = statements(db, table)
  }

  /** Notes what is to be answered. Call it inside a follower's `apply`. */
  due({ id, position, subject, payload }: Due<Payload>): void {
    this.#sql.insert.run(id, position, subject, JSON.stringify(payload))
    this.#oldest ??= { position, sinceMs: performance.now() }
    this.#mayBeDue = true
  }

  /** The answer stands in the log. Call it inside a follower's `apply`. */
  settled(id: string): void {
    this.#sql.remove.run(id)
  }

  /** Answers what is due. Call it after a commit, once the history has been read: a replay then answers nothing twice. */
  wake(): void {
    this.#woken = true
    if (this.#running || !this.#mayBeDue || this.#abort.signal.aborted) return
    this.#running = this.#drain()
      .catch((error: unknown) => this.#faults.fault(error))
      .finally(() => {
        this.#running = undefined
        if (this.#woken) this.wake()
      })
  }

  async stop(): Promise<void> {
    this.#abort.abort()
    await this.#running
  }

  /** Those that were given up, by the ids of the events that they answer. */
  readonly parked: ParkedWork = {
    list: (limit) => this.#sql.listParked.all(limit),
    retry: (id) => {
      const { changes } = this.#sql.unpark.run(id ?? null, id ?? null)
      this.#mayBeDue ||= changes > 0
      this.wake()
      return changes
    },
  }

  /** `due` counts the parked ones too. */
  status(): { due: number; parked: number } {
    const { due, parked } = this.#count()
    return { due, parked }
  }

  /** The same for `/health`, with how long this process has known of the oldest that is not parked, or null. */
  health(): { due: number; parked: number; oldestSeconds: number | null } {
    const { due, parked, oldest } = this.#count()
    const now = performance.now()
    if (oldest === null) this.#oldest = undefined
    else if (this.#oldest?.position !== oldest) this.#oldest = { position: oldest, sinceMs: now }
    return { due, parked, oldestSeconds: this.#oldest ? (now - this.#oldest.sinceMs) / 1_000 : null }
  }

  #count(): Count {
    return this.#sql.count.get() ?? { due: 0, parked: 0, oldest: null }
  }

  async #drain(): Promise<void> {
    for (let failures = 0; !this.#abort.signal.aborted; ) {
      this.#woken = false
      this.#mayBeDue = false
      const rows = this.#sql.open.all(pageSizeMax)
      if (rows.length === 0) return
      this.#mayBeDue = true
      const bySubject = [...Map.groupBy(rows, ({ subject }) => subject).values()]
      // Any of those that were tried before may be the one that ends the process, so they go alone: none is counted with another.
      const [tried, fresh] = [true, false].map((was) =>
        bySubject.filter(([first]) => (first?.attempts ?? 0) > 0 === was),
      )
      const done = await Promise.all((fresh ?? []).map((each) => this.#answerInOrder(each)))
      for (const each of tried ?? []) done.push(await this.#answerInOrder(each))
      if (done.every(Boolean)) {
        failures = 0
        this.#faults.over()
      } else await pause(backoff(backoffMs, failures++), this.#abort.signal)
    }
  }

  async #answerInOrder(rows: readonly Row[]): Promise<boolean> {
    for (const row of rows) if (this.#abort.signal.aborted || !(await this.#answer(row))) return false
    return true
  }

  /** True when the reaction is done with, one way or the other. */
  async #answer({ id, position, subject, payload }: Row): Promise<boolean> {
    // Counted before it is tried, so that one which kills the process comes to an end too.
    const attempt = this.#sql.countAttempt.get(id)
    if (attempt === undefined) return true
    if (attempt > attemptsMax) {
      this.#sql.park.run('The process ended during each attempt.', id)
      return true
    }
    try {
      await this.#options.react({ id, position, subject, payload: JSON.parse(payload) as Payload })
      this.#sql.remove.run(id)
      return true
    } catch (error) {
      if (isPassing(error)) {
        this.#sql.uncountAttempt.run(id)
        return false
      }
      this.#options.logger.error({ err: error, reaction: id, attempt }, 'a reaction failed')
      if (attempt < attemptsMax) return false
      this.#sql.park.run(error instanceof Error ? error.message : String(error), id)
      return true
    }
  }
}
