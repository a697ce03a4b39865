import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { sealedKeyOf } from '@logbook/chassis/sealing/unseal.ts'
import { StartRefused } from '@logbook/chassis/start/start-refused.ts'
import Sqlite from 'better-sqlite3'

/** True where a file is missing, empty, or never held accounts. A damaged one may hold some. */
const hasNoAccounts = (file: string): boolean => {
  if (!existsSync(file) || statSync(file).size === 0) return true
  const db = new Sqlite(file, { readonly: true, timeout: 1_000 })
  try {
    const tables = db
      .prepare<[], number>("SELECT count(*) FROM sqlite_schema WHERE name = 'master_check'")
      .pluck()
    if (tables.get() === 0) return true
    return db.prepare<[], number>('SELECT count(*) FROM master_check').pluck().get() === 0
  } finally {
    db.close()
  }
}

const refusal = (file: string): string =>
  [
    `There are no accounts in ${file}, but the log holds names and texts that are sealed with the keys of people.`,
    'Only that file has those keys. With new accounts everything sealed would stay unreadable, and the blog would have no owner.',
    'Was its volume not mounted, or the file removed? Put it back, or restore a backup, with its master key:',
    '  npm run restore -- <folder of a backup>',
    '  npm run accounts -- restore <file that "npm run accounts -- backup" made>',
    'To begin with new accounts all the same: npm start -- --new-accounts (for the service by itself, NEW_ACCOUNTS=allowed).',
  ].join('\n')

/**
 * Throws `StartRefused` where a new accounts file would be created beside a log with sealed events. Waits for a log that is not
 * reachable. Resolves at once where the file holds accounts.
 */
export const refuseBesideSealed = async ({
  file,
  bus,
}: {
  file: string
  /** A bus that does not unseal. */
  bus: Pick<Bus, 'follow'>
}): Promise<void> => {
  if (!hasNoAccounts(file)) return
  const reading = new AbortController()
  try {
    for await (const { events, caughtUp } of bus.follow({ after: 0, signal: reading.signal })) {
      if (events.some((event) => sealedKeyOf(event) !== undefined))
        throw new StartRefused(refusal(resolve(file)))
      if (caughtUp) return
    }
  } finally {
    reading.abort()
  }
}
