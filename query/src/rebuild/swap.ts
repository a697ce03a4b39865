import { pause } from '@logbook/chassis/async/pause.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import type { View } from '../follower.ts'
import { limits } from '../limits.ts'
import { isAsFarAs, type LiveView } from './live-view.ts'

interface SwapIn {
  live: LiveView
  /** The one to answer; it does not follow yet. It is closed if it comes to nothing. */
  view: View
  /** Notes on the registry that it is the live one. */
  note: () => void
  exchanged: (last: { from: number; otherLog: boolean }) => void
  /** True once nothing is worth waiting for any more. */
  isCancelled: () => boolean
  logger: Logger
}

const reachLive = async ({ live, view, isCancelled }: SwapIn): Promise<void> => {
  const { follower, search } = view
  const deadline = performance.now() + limits.swapMsMax
  while (!follower.caughtUp || !search.follower.caughtUp || !isAsFarAs(view, live.current)) {
    if (isCancelled() || performance.now() > deadline)
      throw new Problem('unavailable', {
        detail: `The other file is at ${follower.position}, its search at ${search.follower.position}, not yet at ${live.position}.`,
        retryAfter: 5,
      })
    await pause(1)
  }
}

/**
 * Waits until a view has come as far as the live one, and lets it answer in its place: between two requests, so that no reader
 * sees either both or neither. Closes the last one. Throws `unavailable` if it can't keep up.
 */
export const swapIn = async (request: SwapIn): Promise<void> => {
  const { live, view, note, exchanged, logger } = request
  try {
    view.follower.start()
    await reachLive(request)
    const last = { from: live.position, otherLog: live.current.differs }
    note()
    const replaced = live.exchange(view)
    exchanged(last)
    logger.info({ position: view.follower.position }, 'another file of the view answers')
    await replaced.close()
  } catch (error) {
    if (live.current !== view) await view.close()
    throw error
  }
}
