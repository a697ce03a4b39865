import { pause } from '@logbook/chassis/async/pause.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import type { View } from '../follower.ts'
import { limits } from '../limits.ts'
import { isAsFarAs, type LiveView } from './live-view.ts'

interface SwapIn {
  live: LiveView
  /** The new view, which does not follow yet. It is closed if the swap fails. */
  view: View
  /** Registers it as the live one. */
  note: () => void
  onSwap: (last: { from: number; otherLog: boolean }) => void
  /** True once the service closes. */
  isCancelled: () => boolean
  logger: Logger
}

const reachLive = async ({ live, view, isCancelled }: SwapIn): Promise<void> => {
  const { follower, search } = view
  const deadline = performance.now() + limits.swapMsMax
  while (!follower.caughtUp || !search.follower.caughtUp || !isAsFarAs(view, live.current)) {
    if (isCancelled() || performance.now() > deadline)
      throw new Problem('unavailable', {
        detail: `The new file is at ${follower.position}, its search at ${search.follower.position}, not yet at ${live.position}.`,
        retryAfter: 5,
      })
    await pause(1)
  }
}

/**
 * Waits until a view has caught up with the live one, lets it answer from the next request on, and closes the previous one. Throws
 * `unavailable` if it does not catch up within `limits.swapMsMax`.
 */
export const swapIn = async (request: SwapIn): Promise<void> => {
  const { live, view, note, onSwap, logger } = request
  try {
    view.follower.start()
    await reachLive(request)
    const last = { from: live.position, otherLog: live.current.differs }
    note()
    const replaced = live.replace(view)
    onSwap(last)
    logger.info({ position: view.follower.position }, 'another file of the view answers')
    await replaced.close()
  } catch (error) {
    if (live.current !== view) await view.close()
    throw error
  }
}
