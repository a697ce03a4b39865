import type { WakeSignal } from '@logbook/chassis/async/wake-signal.ts'
import type { LogStore } from '@logbook/chassis/log/log-store.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import type { Response } from 'express'
import { limits } from '../limits.ts'
import { followStream } from './follow-stream.ts'
import type { Filter } from './queries.ts'

interface Parts {
  store: LogStore
  signal: WakeSignal
  /** Aborts when followers must disconnect. */
  closing: AbortSignal
  followersMax: number
}

export interface Followers {
  /** Streams events to a reader until it disconnects. Rejects with `unavailable` where too many follow. */
  follow(res: Response, request: { after: number; filter: Filter }): Promise<void>
  counts(): FollowerCounts
}

interface FollowerCounts {
  all: number
  /** Readers that have not caught up. */
  behind: number
}

/** The bytes of one reader's pages among `n` that catch up. A larger event is sent alone. */
export const pieceBytesOf = (behind: number): number =>
  Math.max(
    limits.chunkBytesMin,
    Math.min(limits.chunkBytesMax, Math.floor(limits.catchUpBytesMax / Math.max(1, behind))),
  )

/** Counts the readers that follow the log, and bounds them. */
export const createFollowers = ({ store, signal, closing, followersMax }: Parts): Followers => {
  let followers = 0
  let caughtUp = 0
  return {
    async follow(res, request) {
      if (followers >= followersMax)
        throw new Problem('unavailable', { detail: 'Too many readers follow the log.', retryAfter: 5 })
      const left = new AbortController()
      res.once('close', () => left.abort())
      const bytesMax = () => pieceBytesOf(followers - caughtUp)
      const ended = AbortSignal.any([closing, left.signal])
      let its = false
      const onStanding = (now: boolean): void => {
        caughtUp += Number(now) - Number(its)
        its = now
      }
      followers += 1
      try {
        await followStream({ store, signal, res, ...request, ended, bytesMax, onStanding })
      } finally {
        onStanding(false)
        followers -= 1
      }
    },
    counts: () => ({ all: followers, behind: followers - caughtUp }),
  }
}
