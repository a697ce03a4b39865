import { Readable } from 'node:stream'
import type { Clock } from '@logbook/chassis/clock.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { limits } from '../limits.ts'
import type { Storage } from './storage.ts'
import { StorageUnavailable } from './unavailable.ts'

const retryAfterSeconds = 30
/** An object written and removed to probe the storage. */
const probeKey = 'probe'

export type StorageWatch = ReturnType<typeof watchStorage>

/** A storage that throws problems for HTTP and remembers whether it is full or unavailable. */
export const watchStorage = (storage: Storage, { clock }: { clock: Clock }) => {
  let fault: string | undefined
  let isSuspected = false
  let lookedAt = Number.NEGATIVE_INFINITY

  const translate = (error: unknown): never => {
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
    /** The storage; throws the problem `unavailable` if it is full or away. */
    storage: {
      put: (...given) => storage.put(...given).catch(translate),
      get: (...given) => storage.get(...given).catch(translate),
      size: (key) => storage.size(key).catch(translate),
      remove: (key) => storage.remove(key).catch(translate),
      async *list(prefix) {
        try {
          yield* storage.list(prefix)
        } catch (error) {
          translate(error)
        }
      },
    } satisfies Storage as Storage,
    /** The last known reason why nothing can be stored, or undefined. */
    fault: (): string | undefined => fault,
    /** Call it when a worker postponed its job, which may be due to the storage. */
    suspect(): void {
      isSuspected = true
    },
    /** Probes the storage if it failed or is suspected to fail, at most once per `storageLookMs`. */
    async look(): Promise<void> {
      if (fault === undefined && !isSuspected) return
      if (clock.steady() - lookedAt < limits.storageLookMs) return
      lookedAt = clock.steady()
      isSuspected = false
      await probe()
    },
  }
}
