import { type Clock, earliest } from '@logbook/chassis/clock.ts'
import { type Database, sweep as sweepFile } from '@logbook/chassis/files/sqlite.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import type { KeyRing } from '@logbook/chassis/sealing/key-ring.ts'
import { erasureFollowers } from '@logbook/contracts/events/users.ts'
import type { Receipt } from '@logbook/contracts/http/account-answers.ts'
import { limits } from '../limits.ts'
import type { Forgotten } from '../mail/mail.ts'
import type { Mailer } from '../mail/mailer.ts'
import type { KeyStore } from '../secrets/key-store.ts'
import { createForgetPerson } from './forget.ts'
import { createForgetInCopies } from './kept-copies.ts'
import { erasureRecord, type KeptErasure } from './kept-erasures.ts'

interface Row {
  person_id: string
  erased_at: string
  by: string | null
  announced: number
}

const statements = (db: Database) => ({
  insert: db.prepare<[string, string, string | null, number]>(
    'INSERT OR IGNORE INTO erasure (person_id, erased_at, by, announced) VALUES (?, ?, ?, ?)',
  ),
  announced: db.prepare<[string]>('UPDATE erasure SET announced = 1 WHERE person_id = ?'),
  confirm: db.prepare<[string, string, string]>(
    'INSERT OR IGNORE INTO erasure_confirmed (person_id, service, confirmed_at) VALUES (?, ?, ?)',
  ),
  every: db.prepare<[], KeptErasure>('SELECT person_id AS id, erased_at AS erasedAt, by FROM erasure'),
  one: db.prepare<[string], Row>('SELECT * FROM erasure WHERE person_id = ?'),
  known: db
    .prepare<[{ id: string }], number>(
      `SELECT EXISTS (SELECT 1 FROM user WHERE id = @id) OR EXISTS (SELECT 1 FROM person_key WHERE person_id = @id)
         OR EXISTS (SELECT 1 FROM person_event WHERE person_id = @id) OR EXISTS (SELECT 1 FROM erasure WHERE person_id = @id)`,
    )
    .pluck(),
  all: db.prepare<[number], Row>('SELECT * FROM erasure ORDER BY erased_at DESC, person_id LIMIT ?'),
  confirmed: db.prepare<[string], { service: string; confirmed_at: string }>(
    'SELECT service, confirmed_at FROM erasure_confirmed WHERE person_id = ?',
  ),
  events: db.prepare<[string], { id: string; type: string; position: number }>(
    'SELECT id, type, position FROM person_event WHERE person_id = ? ORDER BY position',
  ),
  unconfirmed: db.prepare<[number], Row>(
    `SELECT * FROM erasure
       WHERE (SELECT count(*) FROM erasure_confirmed c WHERE c.person_id = erasure.person_id) < ?`,
  ),
})

interface ErasuresOptions {
  db: Database
  keys: KeyStore
  /** The keys that this process has cached. */
  ring: Pick<KeyRing, 'erase'>
  mailer: Pick<Mailer, 'forget'>
  clock: Clock
  logger: Logger
}

export type Erasures = ReturnType<typeof createErasures>

/**
 * Tells which erasures are overdue: by the wall clock, or since this process has known of them, because one that was made while
 * the clock was ahead has a time in the future.
 */
const latenessOf = (sql: ReturnType<typeof statements>, clock: Clock) => {
  const knownSince = new Map<string, number>()
  const overdueMs = limits.erasureOverdueMinutes * 60_000
  const sinceOf = ({ person_id }: Row): number => {
    const since = knownSince.get(person_id) ?? clock.steady()
    knownSince.set(person_id, since)
    return since
  }
  const waiting = (): Row[] => sql.unconfirmed.all(erasureFollowers.length)
  for (const row of waiting()) sinceOf(row)
  return {
    waiting,
    isLate: (row: Row): boolean =>
      Math.max(earliest(clock) - Date.parse(row.erased_at), clock.steady() - sinceOf(row)) > overdueMs,
  }
}

/** Receipts of erasures, read from the file. */
const receiptsOf = (sql: ReturnType<typeof statements>, clock: Clock) => {
  const { waiting, isLate } = latenessOf(sql, clock)
  const receiptOf = (row: Row): Receipt => {
    const confirmed = new Map(
      sql.confirmed.all(row.person_id).map(({ service, confirmed_at }) => [service, confirmed_at]),
    )
    const late = isLate(row)
    const services = [
      { service: 'accounts', confirmedAt: row.erased_at, overdue: false },
      ...erasureFollowers.map((service) => {
        const confirmedAt = confirmed.get(service) ?? null
        return { service, confirmedAt, overdue: confirmedAt === null && late }
      }),
    ]
    return {
      id: row.person_id,
      erasedAt: row.erased_at,
      by: row.by,
      announced: row.announced === 1,
      events: sql.events.all(row.person_id),
      services,
      complete: services.every(({ confirmedAt }) => confirmedAt !== null),
      overdue: services.some(({ overdue }) => overdue),
    }
  }

  return {
    receiptOf,
    receipt(id: string): Receipt | undefined {
      const row = sql.one.get(id)
      return row && receiptOf(row)
    },
    /** Newest first. */
    receipts: (limit: number): Receipt[] => sql.all.all(limit).map(receiptOf),
    overdue: (): number => waiting().filter(isLate).length,
  }
}

/** Erases people from the accounts file, and keeps the receipts. */
export const createErasures = ({ db, keys, ring, mailer, clock, logger }: ErasuresOptions) => {
  const sql = statements(db)
  const { receiptOf, ...receipts } = receiptsOf(sql, clock)
  const forgetHere = createForgetPerson(db)
  const forgetInKept = createForgetInCopies({ file: db.name, clock, logger })

  const record = erasureRecord({ accounts: db.name, logger })

  /** Deletes the person, their key and all their rows. Part of the caller's transaction; returns whose mails to delete. */
  const forget = (id: string, erasedAt: string): Forgotten => {
    const gone = forgetHere(id)
    keys.erase(id, erasedAt)
    ring.erase(id)
    return gone
  }

  /** Removes deleted rows from the write-ahead log and freed pages of this file, and the people from copies beside it. */
  const sweep = (gone: readonly Forgotten[]): void => {
    for (const whose of gone) mailer.forget(whose)
    sweepFile(db)
    forgetInKept(gone.map(({ personId }) => personId))
  }

  const eraseNow = db.transaction((id: string, erasedAt: string, by: string | null): Forgotten => {
    sql.insert.run(id, erasedAt, by, 0)
    return forget(id, erasedAt)
  })

  return {
    /** True where an account, a key, an event or an erasure has this id. */
    knows: (id: string): boolean => sql.known.get({ id }) === 1,
    /** Erases a person from this file; the event is published afterwards. Idempotent. */
    erase(id: string, by: string | null): Receipt {
      const at = clock.now().toISOString()
      record.ahead({ id, erasedAt: at, by })
      sweep([eraseNow.immediate(id, at, by)])
      return receiptOf(sql.one.get(id) ?? { person_id: id, erased_at: at, by, announced: 0 })
    },
    /**
     * Applies an erasure from the log, since this file may be an older copy that still has the person. Part of the follower's
     * transaction; returns what to call `sweep` with after its commit.
     */
    follow(id: string, erasedAt: string, by: string | null): Forgotten {
      record.also({ id, erasedAt, by })
      sql.insert.run(id, erasedAt, by, 1)
      sql.announced.run(id)
      return forget(id, erasedAt)
    },
    /**
     * Erases the people of the erasures file that this file does not record as erased, since it is an older copy, or the process ended
     * between the two writes; and adds missing erasures to that file. Call it before requests are accepted.
     */
    eraseAgain(): void {
      const again = record.all().filter(({ id }) => sql.one.get(id) === undefined)
      if (again.length > 0) {
        sweep(again.map(({ id, erasedAt, by }) => eraseNow.immediate(id, erasedAt, by)))
        logger.warn(
          { people: again.length },
          'people were erased again: the accounts file is older than their erasures',
        )
      }
      for (const erasure of sql.every.all()) record.also(erasure)
    },
    sweep,
    confirm: (id: string, service: string, at: string): void => void sql.confirm.run(id, service, at),
    ...receipts,
  }
}
