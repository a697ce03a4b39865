import type { LogStore } from '@logbook/chassis/log/log-store.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { isProblem } from '@logbook/chassis/problem.ts'
import { limits } from '../limits.ts'

/** The faults that reads and writes of a log met. */
export interface StoreFaults {
  /** Why the last write failed, or null. */
  writeFault: string | null
  /** The damage that a read met, or null. */
  damage: string | null
}

const reasonOf = (error: unknown): string => {
  const cause = isProblem(error) ? (error.details.cause ?? error) : error
  return cause instanceof Error ? cause.message : String(cause)
}

/** Logs once when the file of a log is gone, and when it is back. Returns a function that stops it. */
const logFileLoss = (
  store: Pick<LogStore, 'fault'>,
  logger: Pick<Logger, 'error' | 'info'>,
): (() => void) => {
  let known: string | null = null
  const looking = setInterval(() => {
    const fault = store.fault?.() ?? null
    if (fault === known) return
    known = fault
    if (fault === null) logger.info('the file of the log is back')
    else logger.error({ fault }, 'nothing can be recorded: the file of the log is gone')
  }, limits.fileLookMs)
  looking.unref()
  return () => clearInterval(looking)
}

/** Wraps a log so that its faults are known to `/health`. */
export const watchedStore = (
  store: LogStore,
  logger: Pick<Logger, 'error' | 'info'>,
): { store: LogStore; faults: Readonly<StoreFaults> } => {
  const stopLogging = logFileLoss(store, logger)
  const faults: StoreFaults = { writeFault: null, damage: null }
  const noting = async <Result>(read: Promise<Result>): Promise<Result> => {
    try {
      return await read
    } catch (error) {
      if (isProblem(error) && error.details.extensions?.damaged !== undefined)
        faults.damage = error.details.detail ?? 'The log is damaged.'
      throw error
    }
  }
  return {
    faults,
    store: {
      ...store,
      async append(requests) {
        try {
          const outcomes = await store.append(requests)
          faults.writeFault = null
          return outcomes
        } catch (error) {
          faults.writeFault = reasonOf(error)
          throw error
        }
      },
      read: (request) => noting(store.read(request)),
      readStream: (subject, request) => noting(store.readStream(subject, request)),
      async close() {
        stopLogging()
        await store.close()
      },
    },
  }
}
