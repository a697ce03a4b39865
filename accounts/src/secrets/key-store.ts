import { randomBytes } from 'node:crypto'
import { roomFor } from '@logbook/chassis/cache-room.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import type { KeyAnswer } from '@logbook/chassis/sealing/key-ring.ts'
import { LRUCache } from 'lru-cache'
import type { MasterKey } from './master-key.ts'

export interface KeyStore {
  /** Keys in the order of the ids. Throws `unavailable` while the master key has a fault, and until the log has been read. */
  get(ids: readonly string[], options: { create: boolean }): KeyAnswer[]
  /** Destroys the key for good, or blocks one from being created. Part of the caller's transaction. */
  erase(id: string, erasedAt: string): void
  /** How many people have sealed events in the log but no key here: this is not the file that they were sealed with. */
  lost(): number
  readonly fault: string | null
}

interface Row {
  wrapped: Buffer | null
  erased_at: string | null
}

const keyBytes = 32
const cachedMax = 50_000

interface KeyStoreOptions {
  db: Database
  master: MasterKey
  /** True once the whole log was read: erased people have no key by then, and a lost key is not taken for a missing one. */
  indexed: () => boolean
}

const statements = (db: Database) => ({
  find: db.prepare<[string], Row>('SELECT wrapped, erased_at FROM person_key WHERE person_id = ?'),
  insert: db.prepare<[string, Buffer]>('INSERT INTO person_key (person_id, wrapped) VALUES (?, ?)'),
  hasSealed: db
    .prepare<[string], number>('SELECT EXISTS (SELECT 1 FROM person_event WHERE person_id = ?)')
    .pluck(),
  lost: db
    .prepare<[], number>(
      'SELECT count(DISTINCT person_id) FROM person_event WHERE person_id NOT IN (SELECT person_id FROM person_key)',
    )
    .pluck(),
})

/** Returns a function that destroys a person's key in an accounts file, whether or not there is one, in the caller's transaction. */
export const createEraseKey = (db: Database) => {
  const erase = db.prepare<[string, string]>(
    `INSERT INTO person_key (person_id, wrapped, erased_at) VALUES (?, NULL, ?)
       ON CONFLICT (person_id) DO UPDATE SET wrapped = NULL, erased_at = coalesce(erased_at, excluded.erased_at)`,
  )
  return (id: string, erasedAt: string): void => void erase.run(id, erasedAt)
}

/** The key of each person. Sealed data of a person in the log can be read only with it. */
export const createKeyStore = ({ db, master, indexed }: KeyStoreOptions): KeyStore => {
  const sql = statements(db)
  const eraseKey = createEraseKey(db)
  const opened = new LRUCache<string, string>(roomFor(cachedMax))

  const make = (id: string): KeyAnswer => {
    // A new key would not open what was sealed with the lost one, and would hide the loss.
    if (sql.hasSealed.get(id) === 1) return { id, key: null, state: 'unknown' }
    const key = randomBytes(keyBytes)
    sql.insert.run(id, master.wrap(key, id))
    return { id, key: key.toString('base64'), state: 'live' }
  }

  const one = (id: string, create: boolean): KeyAnswer => {
    const known = opened.get(id)
    if (known !== undefined) return { id, key: known, state: 'live' }
    const row = sql.find.get(id)
    if (row === undefined) return create ? make(id) : { id, key: null, state: 'unknown' }
    if (row.wrapped === null) return { id, key: null, state: 'erased' }
    const key = master.unwrap(row.wrapped, id).toString('base64')
    opened.set(id, key)
    return { id, key, state: 'live' }
  }

  const all = db.transaction((ids: readonly string[], create: boolean) => ids.map((id) => one(id, create)))

  return {
    get fault() {
      return master.fault
    },
    get(ids, { create }) {
      // Throws where there is a fault, also when all requested keys are in memory or erased.
      if (master.fault !== null) master.wrap(Buffer.alloc(0), '')
      // This file may be an older copy, which still has keys of erased people, or lacks some that are lost.
      if (!indexed())
        throw new Problem('unavailable', {
          detail: 'The log is still being read for erasures and sealed events.',
          retryAfter: 1,
        })
      return all.immediate(ids, create)
    },
    erase(id, erasedAt) {
      opened.delete(id)
      eraseKey(id, erasedAt)
    },
    lost: () => sql.lost.get() ?? 0,
  }
}
