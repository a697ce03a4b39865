import type { LogStore } from '@logbook/chassis/log/log-store.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { isProblem } from '@logbook/chassis/problem.ts'
import { limits } from '../limits.ts'

/** What is known of a log by what its reads and writes came to. */
export interface Seen {
  /** Why the last write failed, or null. */
  writeFault: string | null
  /** Where it is damaged, since a read first met that; null while none has. */
  damage: string | null
}

const reasonOf = (error: unknown): string => {
  const cause = isProblem(error) ? (error.details.cause ?? error) : error
  return cause instanceof Error ? cause.message : String(cause)
}

/** Says in the log of the service, once, when the file of a log is gone, and when it is back. Returns what ends it. */
const tellOfLoss = (store: Pick<LogStore, 'fault'>, logger: Pick<Logger, 'error' | 'info'>): (() => void) => {
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

/** The same log, and what `/health` is to say of it. */
export const watchedStore = (
  store: LogStore,
  logger: Pick<Logger, 'error' | 'info'>,
): { store: LogStore; seen: Readonly<Seen> } => {
  const stopTelling = tellOfLoss(store, logger)
  const seen: Seen = { writeFault: null, damage: null }
  const noting = async <Result>(read: Promise<Result>): Promise<Result> => {
    try {
      return await read
    } catch (error) {
      if (isProblem(error) && error.details.extensions?.damaged !== undefined)
        seen.damage = error.details.detail ?? 'The log is damaged.'
      throw error
    }
  }
  return {
    seen,
    store: {
      ...store,
      async append(requests) {
        try {
          const outcomes = await store.append(requests)
          seen.writeFault = null
          return outcomes
        } catch (error) {
          seen.writeFault = reasonOf(error)
          throw error
        }
      },
      read: (request) => noting(store.read(request)),
      readStream: (subject, request) => noting(store.readStream(subject, request)),
      async close() {
        stopTelling()
        await store.close()
      },
    },
  }
}
