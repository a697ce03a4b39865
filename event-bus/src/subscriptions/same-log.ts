import { sharedSince } from '@logbook/chassis/log/identity.ts'
import type { LogStore } from '@logbook/chassis/log/log-store.ts'
import type { Mark } from './marks.ts'
import type { Moved, Run } from './rows.ts'

type Log = Pick<LogStore, 'identity' | 'checksumAt' | 'head'>
type Known = Pick<Run, 'cursor' | 'logId' | 'logEpoch'> & { marks: readonly Mark[] }

/** Damage of a log does not show that it is another log. */
const matches = async (log: Log, { position, checksum }: Mark): Promise<boolean | undefined> =>
  position > log.head()
    ? false
    : log.checksumAt(position).then(
        (there) => there === checksum,
        () => undefined,
      )

/** The position up to which the log is the one that was read, by id and epoch. */
const sharedByName = (log: Log, { logId, logEpoch }: Known): number => {
  const { identity } = log
  const head = log.head()
  // A cursor from before identities is in the log's first epoch.
  if (logId === null || logEpoch === null) return Math.min(head, sharedSince(identity, 1))
  const isKnown = logId === identity.id && identity.begins.some(({ epoch }) => epoch === logEpoch)
  return isKnown ? Math.min(head, sharedSince(identity, logEpoch)) : 0
}

const reasonOf = ({ identity }: Log, { logId, logEpoch }: Known): Moved['reason'] => {
  if (logId !== null && logId !== identity.id) return 'other-log'
  return (logEpoch ?? 1) === identity.epoch ? 'log-differs' : 'log-restored'
}

/**
 * The position that a subscription has to go back to, where the log is not the one that it has read; undefined where it is. Marks with
 * an equal checksum are shared for certain; between them and the first mark with another checksum, id and epoch decide.
 */
export const moveTo = async (log: Log, known: Known): Promise<Pick<Moved, 'to' | 'reason'> | undefined> => {
  const { cursor, marks } = known
  const byName = sharedByName(log, known)
  let differs = Number.POSITIVE_INFINITY
  let to = 0
  for (const mark of marks.toReversed()) {
    const same = await matches(log, mark)
    if (same === true || (same === undefined && mark.position <= byName)) {
      to = mark.position
      break
    }
    if (mark.position <= log.head()) differs = mark.position
  }
  if (byName > to && byName < differs) to = byName
  return to >= cursor ? undefined : { to, reason: reasonOf(log, known) }
}
