import { Readable } from 'node:stream'
import type { Clock } from '@logbook/chassis/clock.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { limits } from '../limits.ts'
import type { Storage } from './storage.ts'
import { StorageUnavailable } from './unavailable.ts'

const retryAfterSeconds = 30
/** Written and removed to find out whether the storage works. */
const probeKey = 'probe'

export type StorageWatch = ReturnType<typeof watchStorage>

/** A storage for callers that answer over HTTP, which remembers whether it is full or away. */
export const watchStorage = (storage: Storage, { clock }: { clock: Clock }) => {
  let fault: string | undefined
  let isSuspected = false
  let lookedAt = Number.NEGATIVE_INFINITY

  const told = (error: unknown): never => {
    if (!(error instanceof StorageUnavailable)) throw error
    fault = error.message
    throw new Problem('unavailable', { detail: error.message, retryAfter: retryAfterSeconds, cause: error })
  }

  const probe = async (): Promise<void> => {
    try {
      await storage.put(probeKey, Readable.from([Buffer.from(probeKey)]))
      await storage.remove(probeKey)
      fault = undefined
    } catch (error) {
      if (!(error instanceof StorageUnavailable)) throw error
      fault = error.message
    }
  }

  return {
    /** The same storage: that it is full or away is thrown as the problem `unavailable`. */
    storage: {
      put: (...given) => storage.put(...given).catch(told),
      get: (...given) => storage.get(...given).catch(told),
      size: (key) => storage.size(key).catch(told),
      remove: (key) => storage.remove(key).catch(told),
      async *list(prefix) {
        try {
          yield* storage.list(prefix)
        } catch (error) {
          told(error)
        }
      },
    } satisfies Storage as Storage,
    /** Why nothing can be stored, as far as is known, or undefined. */
    fault: (): string | undefined => fault,
    /** A worker postponed its job: the storage may be the reason. */
    suspect(): void {
      isSuspected = true
    },
    /** Tries the storage, where it was found or is suspected to fail; at most once in `storageLookMs`. */
    async look(): Promise<void> {
      if (fault === undefined && !isSuspected) return
      if (clock.steady() - lookedAt < limits.storageLookMs) return
      lookedAt = clock.steady()
      isSuspected = false
      await probe()
    },
  }
}
