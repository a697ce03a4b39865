import { statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { HealthDetails } from '@logbook/contracts/http/health.ts'
import type { Database } from 'better-sqlite3'

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0

/** What is left on the disk of an SQLite file for those who may write there, and how large its write-ahead log is. Undefined for one in memory, and where the disk can't be asked. */
export const diskOf = ({ name, memory }: Pick<Database, 'name' | 'memory'>): HealthDetails['disk'] => {
  if (memory) return undefined
  try {
    const { bavail, bsize } = statfsSync(dirname(name))
    return { freeBytes: bavail * bsize, walBytes: sizeOf(`${name}-wal`) }
  } catch {
    return undefined
  }
}
