import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { openReadOnly } from '@logbook/chassis/files/sqlite.ts'
import { StartRefused } from '@logbook/chassis/start/start-refused.ts'

/** A marker file beside the log, present while a restore runs. */
export const restoringMarkOf = (log: string): string => `${log}.restoring`

/** Queries of how far a log was read, by table. */
const positionQueries: Readonly<Record<string, string>> = {
  checkpoint: 'SELECT max(position) FROM checkpoint',
  runs: 'SELECT max(cursor) FROM runs',
  events: 'SELECT max(position) FROM events',
}

/** The highest position in an SQLite file of a log or a follower; 0 where there is none. */
const knownIn = (file: string): number | 'busy' | 'unreadable' => {
  if (!statSync(file).isFile() || statSync(file).size === 0) return 0
  try {
    const db = openReadOnly(file)
    try {
      const tables = db
        .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .pluck()
        .all()
      const positions = tables.flatMap((table) => {
        const sql = positionQueries[table]
        return sql === undefined ? [] : [db.prepare<[], number | null>(sql).pluck().get() ?? 0]
      })
      return Math.max(0, ...positions)
    } finally {
      db.close()
    }
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY' ? 'busy' : 'unreadable'
  }
}

const refusal = (log: string, witness: string): string =>
  [
    `There is no event in ${log}, but ${witness}.`,
    'Was its volume not mounted, or the file removed? A new log would begin at position 1, and the files built from the old log would be useless.',
    'Put the file back, or restore a backup:',
    '  npm run restore -- <folder of a backup>',
    '  npm run log -- restore <file that "npm run log -- backup" made>',
    'For a new blog choose another data folder. To begin a new log beside these files all the same: npm start -- --new-log (for the service by itself, NEW_LOG=allowed).',
  ].join('\n')

/**
 * Throws `StartRefused` for a missing or empty log beside SQLite files that were built from a log, and after an interrupted restore.
 * Changes nothing.
 */
export const refuseLostLog = (log: string, { newLog }: { newLog: boolean }): void => {
  if (existsSync(restoringMarkOf(log)))
    throw new StartRefused(
      `A restore into ${dirname(resolve(log))} was cut off. Run it again: npm run restore -- <folder of the backup>. (To start as it is, remove ${restoringMarkOf(log)}.)`,
    )
  const folder = dirname(log)
  if (newLog || !existsSync(folder) || (existsSync(log) && knownIn(log) !== 0)) return
  for (const name of readdirSync(folder).sort()) {
    const file = join(folder, name)
    if (!name.endsWith('.sqlite') || file === join(folder, basename(log))) continue
    const known = knownIn(file)
    if (known === 'busy' && !existsSync(log))
      throw new StartRefused(refusal(resolve(log), `${name} beside it is in use`))
    if (typeof known === 'number' && known > 0)
      throw new StartRefused(
        refusal(resolve(log), `${name} beside it was built from a log, up to position ${known}`),
      )
  }
}
