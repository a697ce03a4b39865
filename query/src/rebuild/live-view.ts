import type { LogIdentity } from '@logbook/contracts/http/log-identity.ts'
import type { Listener, View } from '../follower.ts'

/** How far the log has been read, in whichever file answers. */
export interface Progress {
  readonly position: number
  /** The log of the position; undefined before anything was read. */
  readonly log: LogIdentity | undefined
  /** Resolves true as soon as this view or its successor has reached `position`; false after `timeoutMs`. */
  reached(position: number, timeoutMs: number): Promise<boolean>
}

/**
 * The view that answers. Read `current` at each request and keep no part of it: another file may replace it between two requests.
 */
export interface LiveView extends Progress {
  readonly current: View
  /** The progress of its search index, which may be a moment behind. */
  readonly search: Progress
  /** Makes another view the live one and returns the previous one. Throws if it is behind: readers must not see a step back. */
  replace(next: View): View
}

/** True if a view has caught up with the live one, search index included. A live view of another log does not count. */
export const isAsFarAs = (next: View, live: View): boolean =>
  live.differs ||
  (next.follower.position >= live.follower.position &&
    next.search.follower.position >= live.search.follower.position)

const progressOf = (current: () => Progress): Progress => ({
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
  current.listen(listener)
  const pages = progressOf(() => current.follower)
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
    search: progressOf(() => current.search.follower),
    replace(next) {
      const last = current
      if (!isAsFarAs(next, last))
        throw new Error(`the view at ${next.follower.position} is behind ${last.follower.position}`)
      last.listen(undefined)
      next.listen(listener)
      current = next
      return last
    },
  }
}
