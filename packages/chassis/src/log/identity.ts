import type { LogMark } from '@logbook/contracts/http/log-identity.ts'
import { Problem } from '../problem.ts'
import type { LogStore, StoredIdentity } from './log-store.ts'

/**
 * What a reader knows of the log that it has read up to a position. Epoch 0: nothing, since logs had no identity when it read.
 * Without a checksum, as of a page that was cut on its way, id and epoch decide.
 */
export type KnownLog = { epoch: 0 } | (Pick<LogMark, 'id' | 'epoch'> & { checksum?: string | undefined })

/** Up to where a log of this id is what it was in an epoch: it was cut there by a later restore. Infinity if there was none. */
export const sharedSince = ({ begins }: StoredIdentity, epoch: number): number =>
  Math.min(...begins.filter((each) => each.epoch > epoch).map(({ after }) => after))

type Compared = Pick<LogStore, 'identity' | 'checksumAt'> & { head(): number }

const differsFrom = async (log: Compared, after: number, known: KnownLog): Promise<boolean> => {
  const { identity } = log
  if (known.epoch === 0) return after > sharedSince(identity, 0)
  // Nothing was read of it yet.
  if (after === 0) return false
  if (!('id' in known) || known.id !== identity.id || known.epoch !== identity.epoch) return true
  return known.checksum !== undefined && known.checksum !== (await log.checksumAt(after))
}

/**
 * Compares the log with what a reader knows of it. Throws `conflict` where the log is not the one that was read: it ends before
 * the reader's place, has another id or epoch, or another event there. Whatever was built from it must be built again.
 */
export const assertSameLog = async (log: Compared, after: number, known?: KnownLog): Promise<void> => {
  const head = log.head()
  const ahead = after > head
  if (!ahead && (known === undefined || !(await differsFrom(log, after, known)))) return
  const { id, epoch } = log.identity
  throw new Problem('conflict', {
    detail: ahead
      ? `The log ends at ${head}, before ${after}. It is not the log that was read before.`
      : `The log that was read up to ${after} is not this one: it was restored, or replaced by another.`,
    extensions: { head, log: { id, epoch } },
  })
}

/** A checkpoint at a position up to which the log goes. */
export const markAt = async (
  log: Pick<LogStore, 'identity' | 'checksumAt'>,
  position: number,
): Promise<LogMark> => {
  const { id, epoch } = log.identity
  return { id, epoch, position, checksum: (await log.checksumAt(position)) ?? '' }
}

/** What is known of the log once a page of it was read, by what the page said and what was known before it. */
export const knownAfter = (mark: LogMark | undefined, before: KnownLog | undefined): KnownLog | undefined => {
  if (mark !== undefined) return { id: mark.id, epoch: mark.epoch, checksum: mark.checksum }
  return before !== undefined && 'id' in before ? { id: before.id, epoch: before.epoch } : undefined
}
