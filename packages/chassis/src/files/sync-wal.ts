import { open } from 'node:fs/promises'
import type { Database } from './sqlite.ts'

/**
 * Syncs what a database has committed to its write-ahead log, without blocking this thread. Resolves when commits made before the call survive a
 * power cut. Rejects with the error of the disk. Does nothing for a database in memory.
 */
export const syncWal = async (db: Database): Promise<void> => {
  if (db.memory) return
  const wal = await open(`${db.name}-wal`, 'r+')
  await wal.datasync().finally(() => wal.close())
}
