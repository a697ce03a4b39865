import { headers } from '@logbook/contracts/http/headers.ts'
import type { RequestHandler } from 'express'
import type { Follower } from '../follow/follower.ts'
import { invalid, Problem } from '../problem.ts'
import { setPosition } from './answers.ts'

/** The longest that a caller may ask to wait. */
const waitSecondsMax = 30
/** More than any view reads in that time, and what may have been appended since it last read. */
const eventsPerSecondMax = 100_000
const eventsAheadMax = 10_000

/** `wait` of a `Prefer` header (RFC 7240), bounded. */
export const waitSecondsOf = (prefer: string | undefined): number => {
  const seconds = /(?:^|[,;\s])wait=(\d{1,4})(?:$|[,;\s])/i.exec(prefer ?? '')?.[1]
  return Math.min(Number(seconds ?? 0), waitSecondsMax)
}

type Reached = Pick<Follower<never>, 'position' | 'reached' | 'log'>

/** True for a position that the view can't come to in this time, because it is far behind or the log does not go so far. */
const isOutOfReach = ({ position }: Pick<Reached, 'position'>, wanted: number, timeoutMs: number): boolean =>
  wanted - position > eventsAheadMax + (eventsPerSecondMax * timeoutMs) / 1_000

/** Resolves when a position is reached. Throws `view-behind` where it is not by then, and at once where it can't be. */
export const reachPosition = async (
  follower: Omit<Reached, 'log'>,
  wanted: number,
  timeoutMs: number,
): Promise<void> => {
  if (!isOutOfReach(follower, wanted, timeoutMs) && (await follower.reached(wanted, timeoutMs))) return
  const { position } = follower
  throw new Problem('view-behind', {
    detail: `This view is at position ${position}, not yet at ${wanted}.`,
    retryAfter: 1,
    extensions: { position },
  })
}

/**
 * Reading what one has just written: with `Min-Position: n` a read is answered from n or later, or with `view-behind`. `Prefer:
 * wait=2` (RFC 7240) waits for it. Every answer says in `Position` how far it reflects the log.
 */
export const readAtPosition =
  (follower: Reached): RequestHandler =>
  async (req, res, next) => {
    const wanted = req.get(headers.minPosition)
    if (wanted !== undefined) {
      if (!/^\d{1,15}$/.test(wanted))
        throw invalid(headers.minPosition, 'must be a log position, a whole number')
      await reachPosition(follower, Number(wanted), waitSecondsOf(req.get('Prefer')) * 1_000)
    }
    setPosition(res, follower)
    next()
  }
