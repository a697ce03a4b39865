import { Problem } from '@logbook/chassis/problem.ts'
import type { Storage } from './storage/storage.ts'
import { StorageUnavailable } from './storage/unavailable.ts'

const retryAfterSeconds = 30

const told = (error: unknown): never => {
  if (!(error instanceof StorageUnavailable)) throw error
  throw new Problem('unavailable', { detail: error.message, retryAfter: retryAfterSeconds, cause: error })
}

/** The same storage for those who answer over HTTP: that it is full or away is told as `unavailable`. */
export const withProblems = (storage: Storage): Storage => ({
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
})
