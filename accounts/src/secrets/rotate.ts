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

/** Opens everything that is wrapped in a file, without changing it. Returns how many; throws at the first that does not open. */
export const tryAll = (db: Database, key: Uint8Array): number => {
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

/** A page at a time, so that rows may be written between two. */
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

const wrapAnew = (db: Database, { from, to }: { from: Buffer; to: Buffer }): number => {
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
  /** As `openAccountsFile` opens it: nobody else has it open. */
  db: Database
  source: MasterKeySource
  /** The key that takes over where the present one is not a file of ours. */
  given?: Buffer | undefined
  /** Also end every session, and make the secrets anew that cookies and access tokens are signed with. */
  signOut: boolean
  /** Told before each step, for tests that end the process there. */
  before?: (step: 'make' | 'wrap' | 'commit' | 'promote' | 'sweep') => void
}

/**
 * Wraps every key anew with another master key, which then takes the place of the present one. Cut off anywhere, the file opens
 * with the one or with the other, and both are there until it does with the other. Returns how many were wrapped, or why it can't be done.
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
  if (to === undefined) return 'a master key that is no file needs another one given'
  if (to.equals(from)) return 'this is the present master key already'
  before('wrap')
  const count = db
    .transaction(() => {
      if (signOut)
        for (const table of ['kept_secret', 'session', 'signing_key']) db.exec(`DELETE FROM ${table}`)
      const wrapped = wrapAnew(db, { from, to })
      before('commit')
      return wrapped
    })
    .immediate()
  before('promote')
  if (given === undefined && 'file' in source) promoteNextKey(source.file)
  before('sweep')
  // What was wrapped with the key from before is to be nowhere in the file.
  sweep(db)
  return count
}
