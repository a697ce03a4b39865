import { headers } from '@logbook/contracts/http/headers.ts'
import type { RequestHandler } from 'express'
import type { Follower } from '../follow/follower.ts'
import { invalid, Problem } from '../problem.ts'

const waitSecondsMax = 30

const waitSecondsOf = (prefer: string | undefined): number => {
  const seconds = /(?:^|[,;\s])wait=(\d{1,4})(?:$|[,;\s])/i.exec(prefer ?? '')?.[1]
  return Math.min(Number(seconds ?? 0), waitSecondsMax)
}

/**
 * Reading what one has just written: with `Min-Position: n` a read is answered from n or later, or with `view-behind`. `Prefer:
 * wait=2` (RFC 7240) waits for it. Every answer says in `Position` how far it reflects the log.
 */
export const readAtPosition =
  (follower: Pick<Follower<never>, 'position' | 'reached'>): RequestHandler =>
  async (req, res, next) => {
    const wanted = req.get(headers.minPosition)
    if (wanted !== undefined) {
      if (!/^\d{1,15}$/.test(wanted))
        throw invalid(headers.minPosition, 'must be a log position, a whole number')
      const reached = await follower.reached(Number(wanted), waitSecondsOf(req.get('Prefer')) * 1_000)
      if (!reached) {
        const detail = `This view is at position ${follower.position}, not yet at ${wanted}.`
        throw new Problem('view-behind', {
          detail,
          retryAfter: 1,
          extensions: { position: follower.position },
        })
      }
    }
    res.set(headers.position, String(follower.position))
    next()
  }
