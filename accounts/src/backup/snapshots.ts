import { closeSync, openSync, rmSync } from 'node:fs'
import { foldTogether, removeFile } from '@logbook/chassis/files/put-in-place.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { Problem } from '@logbook/chassis/problem.ts'

export interface Snapshots {
  /** Calls `use` with a copy in one file, which is deleted afterwards. Throws `unavailable` while another is made. */
  take(use: (file: string) => Promise<void>): Promise<void>
}

/**
 * Copies of the accounts file while it is in use. Only the service can make one, since it has the file open exclusively. A copy is
 * beside the file while it is used; one that a crash left is removed at the start.
 */
export const createSnapshots = (db: Database): Snapshots => {
  const copy = `${db.name}.snapshot`
  rmSync(copy, { force: true })
  rmSync(`${copy}-journal`, { force: true })
  let busy = false
  return {
    async take(use) {
      if (busy) throw new Problem('unavailable', { detail: 'Another backup is being made.', retryAfter: 5 })
      busy = true
      try {
        closeSync(openSync(copy, 'w', 0o600))
        await db.backup(copy)
        foldTogether(copy)
        await use(copy)
      } finally {
        await removeFile(copy)
        busy = false
      }
    },
  }
}
