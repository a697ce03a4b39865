import { existsSync, rmSync, writeFileSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { structuralFault } from './copied-file.ts'

/** True where an error says that an SQLite file is corrupt. */
export const isCorruption = (error: unknown): error is Error =>
  error instanceof Sqlite.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code)

const lookEveryMs = 60_000

/** Open files of this process without which a service can begin. */
const replaceable = new Set<Sqlite.Database>()
let lookedAt = Number.NEGATIVE_INFINITY

const markOf = (file: string): string => `${file}.damaged`

/** Files that the next start of the service begins again, should they be found damaged while they are open. */
export const watchForDamage = (db: Sqlite.Database): void => {
  for (const each of replaceable) if (!each.open) replaceable.delete(each)
  if (!db.memory) replaceable.add(db)
}

/** Whether a file was found damaged while it was open. */
export const wasFoundDamaged = (file: string): boolean => existsSync(markOf(file))
export const forgetDamage = (file: string): void => rmSync(markOf(file), { force: true })

/**
 * Call it with what went wrong. Where a file is corrupt that can be begun again, such as a view, it is marked, and the process ends with an
 * error that nothing catches: the next start begins the file again.
 */
export const endIfDamaged = (error: unknown): void => {
  if (!isCorruption(error) || performance.now() - lookedAt < lookEveryMs) return
  lookedAt = performance.now()
  const damaged = [...replaceable].filter((db) => db.open && structuralFault(db, { fully: false }))
  if (damaged.length === 0) return
  for (const { name } of damaged) writeFileSync(markOf(name), '', { mode: 0o600 })
  const files = damaged.map(({ name }) => name).join(', ')
  setImmediate(() => {
    throw new Error(`${files} is damaged, and is begun again at the next start`, { cause: error })
  })
}
