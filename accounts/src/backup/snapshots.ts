import { randomUUID } from 'node:crypto'
import { closeSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { foldTogether, removeFile } from '@logbook/chassis/files/put-in-place.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { Problem } from '@logbook/chassis/problem.ts'

export interface Snapshots {
  /** Calls `use` with a copy in one file, which is deleted afterwards. Throws `unavailable` while another is made. */
  take(use: (file: string) => Promise<void>): Promise<void>
}

/**
 * Copies of the accounts file while it is in use. Only the service can make one, since it has the file open exclusively. A copy is
 * beside the file while it is used, or in the folder for temporary files where there is no room; one that a crash left beside it is removed at the start.
 */
export const createSnapshots = (db: Database): Snapshots => {
  const copy = `${db.name}.snapshot`
  rmSync(copy, { force: true })
  rmSync(`${copy}-journal`, { force: true })
  const make = async (to: string): Promise<string> => {
    closeSync(openSync(to, 'wx', 0o600))
    try {
      await db.backup(to)
      foldTogether(to)
      return to
    } catch (error) {
      await removeFile(to)
      throw error
    }
  }
  let busy = false
  return {
    async take(use) {
      if (busy) throw new Problem('unavailable', { detail: 'Another backup is being made.', retryAfter: 5 })
      busy = true
      try {
        const elsewhere = join(tmpdir(), `logbook-accounts-${randomUUID()}.snapshot`)
        const made = await make(copy)
          .catch(() => make(elsewhere))
          .catch((cause: unknown) => {
            const detail = `There is no room for a copy of accounts, neither beside it nor in ${tmpdir()}.`
            throw new Problem('unavailable', { detail, cause })
          })
        await use(made).finally(() => removeFile(made))
      } finally {
        busy = false
      }
    },
  }
}
