import type { Clock } from '@logbook/chassis/clock.ts'
import { limits } from '../limits.ts'
import { type CheckOptions, checkStorage } from './check.ts'

export type StorageCheck = ReturnType<typeof createStorageCheck>

/** Compares the storage with the log at the start and then daily: files may be lost while all else goes on, such as by a disk that is not mounted. */
export const createStorageCheck = ({ clock, ...options }: CheckOptions & { clock: Clock }) => {
  let missing = 0
  let takenAt = Number.NEGATIVE_INFINITY
  return {
    /** How many files that the log names were not in the storage at the last look. */
    missing: (): number => missing,
    async take(): Promise<void> {
      const sinceMs = clock.steady() - takenAt
      if (sinceMs < (missing > 0 ? limits.storageCheckRetryMs : limits.storageCheckMs)) return
      takenAt = clock.steady()
      missing = (await checkStorage(options)).missing.length
    },
  }
}
