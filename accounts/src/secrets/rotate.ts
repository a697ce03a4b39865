import { type Database, sweep } from '@logbook/chassis/files/sqlite.ts'
import { checkPurpose, keyOf, secretPurpose } from './master-key.ts'
import { type MasterKeySource, nextKey, promoteNextKey } from './master-key-file.ts'
import { seal, unseal } from './seal.ts'

/** Every column that holds something wrapped: its table, the column that names a row, and what the row was wrapped for. */
const wrappedColumns = [
  { table: 'master_check', name: 'one', purpose: () => checkPurpose },
  { table: 'person_key', name: 'person_id', purpose: String },
  { table: 'signing_key', name: 'kid', purpose: String },
  { table: 'kept_secret', name: 'purpose', purpose: (name: unknown) => secretPurpose(String(name)) },
] as const

const pageRowsMax = 1_000

/** Unwraps everything that is wrapped in a file, without changing it. Returns how many; throws at the first that does not unwrap. */
export const tryAllKeys = (db: Database, key: Uint8Array): number => {
  let opened = 0
  for (const { name, wrapped, purpose } of eachWrapped(db)) {
    unseal(key, wrapped, purpose(name))
    opened++
  }
  return opened
}

interface Wrapped {
  table: string
  name: string | number
  wrapped: Buffer
  purpose: (name: unknown) => string
}

/** Reads in pages, so that rows may be written between two. */
function* eachWrapped(db: Database): Generator<Wrapped> {
  for (const { table, name: column, purpose } of wrappedColumns) {
    const page = db.prepare<[string | number, number], { name: string | number; wrapped: Buffer }>(
      `SELECT ${column} AS name, wrapped FROM ${table} WHERE ${column} > ? AND wrapped IS NOT NULL ORDER BY ${column} LIMIT ?`,
    )
    for (let after: string | number = table === 'master_check' ? 0 : ''; ; ) {
      const rows = page.all(after, pageRowsMax)
      for (const row of rows) yield { ...row, table, purpose }
      const last = rows.at(-1)
      if (last === undefined) break
      after = last.name
    }
  }
}

const rewrap = (db: Database, { from, to }: { from: Buffer; to: Buffer }): number => {
  const updates = new Map(
    wrappedColumns.map(({ table, name }) => [
      table as string,
      db.prepare<[Buffer, string | number]>(`UPDATE ${table} SET wrapped = ? WHERE ${name} = ?`),
    ]),
  )
  let count = 0
  for (const { table, name, wrapped, purpose } of eachWrapped(db)) {
    updates.get(table)?.run(seal(to, unseal(from, wrapped, purpose(name)), purpose(name)), name)
    count++
  }
  return count
}

interface Rotation {
  /** Opened by `openAccountsFile`, exclusively. */
  db: Database
  source: MasterKeySource
  /** The new key, where the present one is not in a file. */
  given?: Buffer | undefined
  /** Also end every session, and replace the secrets that sign cookies and access tokens. */
  signOut: boolean
  /** Called before each step, for tests that end the process there. */
  before?: (step: 'make' | 'wrap' | 'commit' | 'promote' | 'sweep') => void
}

/**
 * Wraps every key with another master key, which then replaces the present one. After a crash at any step the file opens
 * with one of the two, and both are kept until it opens with the new one. Returns how many were wrapped, or why it failed.
 */
export const rotateMasterKey = ({
  db,
  source,
  given,
  signOut,
  before = () => {},
}: Rotation): number | string => {
  const from = keyOf(db, source)
  if (typeof from === 'string') return from
  before('make')
  const to = given ?? ('file' in source ? nextKey(source.file) : undefined)
  if (to === undefined) return 'the master key is not in a file, so the new one must be given'
  if (to.equals(from)) return 'this is the present master key already'
  before('wrap')
  const count = db
    .transaction(() => {
      if (signOut)
        for (const table of ['kept_secret', 'session', 'signing_key']) db.exec(`DELETE FROM ${table}`)
      const wrapped = rewrap(db, { from, to })
      before('commit')
      return wrapped
    })
    .immediate()
  before('promote')
  if (given === undefined && 'file' in source) promoteNextKey(source.file)
  before('sweep')
  // Nothing that was wrapped with the old key may stay in the file.
  sweep(db)
  return count
}
