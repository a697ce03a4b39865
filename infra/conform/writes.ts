import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import type { LogHistory } from './history.ts'

/** What stands in the log beside the history, as sorted lines of type, stream and data: times and places may differ. */
export const writesOf = (log: readonly RecordedEvent[], history: LogHistory): string[] => {
  const given = new Set(history.flat().map(({ id }) => id))
  return log
    .filter(({ id }) => !given.has(id))
    .map(({ type, subject, data }) => JSON.stringify([type, subject, data]))
    .sort()
}
