import type { LogIdentity } from '@logbook/contracts/http/log-identity.ts'
import type { Listener, View } from '../follower.ts'

/** How far something has read the log, whichever file it reads it into. */
export interface Reach {
  readonly position: number
  /** Which log that is of; undefined before anything was read. */
  readonly log: LogIdentity | undefined
  /** Resolves true as soon as `position` is reached, by this view or one that has taken its place; false after `timeoutMs`. */
  reached(position: number, timeoutMs: number): Promise<boolean>
}

/**
 * The view that answers. Whoever reads asks for it anew at each request and keeps nothing of it, so that another file can take
 * its place between two requests.
 */
export interface LiveView extends Reach {
  readonly current: View
  /** Of its index of words, which may be a moment behind. */
  readonly search: Reach
  /** Puts another view in its place. Returns the one that was. Throws if the other is behind: nobody may see a step back. */
  exchange(next: View): View
}

/** True if one has read as much of the log as another, index of words included. What was read of another log does not count. */
export const isAsFarAs = (next: View, live: View): boolean =>
  live.differs ||
  (next.follower.position >= live.follower.position &&
    next.search.follower.position >= live.search.follower.position)

const reachOf = (current: () => Reach): Reach => ({
  get position() {
    return current().position
  },
  get log() {
    return current().log
  },
  async reached(position, timeoutMs) {
    const deadline = performance.now() + timeoutMs
    for (;;) {
      const asked = current()
      if (await asked.reached(position, deadline - performance.now())) return true
      if (asked === current()) return false
    }
  },
})

export const createLiveView = (first: View, listener: Listener): LiveView => {
  let current = first
  current.tell(listener)
  const pages = reachOf(() => current.follower)
  return {
    get current() {
      return current
    },
    get position() {
      return pages.position
    },
    get log() {
      return pages.log
    },
    reached: pages.reached,
    search: reachOf(() => current.search.follower),
    exchange(next) {
      const last = current
      if (!isAsFarAs(next, last))
        throw new Error(`the view at ${next.follower.position} is behind ${last.follower.position}`)
      last.tell(undefined)
      next.tell(listener)
      current = next
      return last
    },
  }
}
