import type { Listener, View } from './view.ts'

/**
 * The view that answers. Whoever reads asks for it anew at each request and keeps nothing of it, so that another file can take
 * its place between two requests.
 */
export interface LiveView {
  readonly current: View
  readonly position: number
  /** Resolves true as soon as `position` is reached, by this view or one that has taken its place; false after `timeoutMs`. */
  reached(position: number, timeoutMs: number): Promise<boolean>
  /** Puts another view in its place. Returns the one that was. Throws if the other is behind: nobody may see a step back. */
  exchange(next: View): View
}

export const createLiveView = (first: View, listener: Listener): LiveView => {
  let current = first
  current.tell(listener)
  return {
    get current() {
      return current
    },
    get position() {
      return current.follower.position
    },
    async reached(position, timeoutMs) {
      const deadline = performance.now() + timeoutMs
      for (;;) {
        const asked = current
        if (await asked.follower.reached(position, deadline - performance.now())) return true
        if (asked === current) return false
      }
    },
    exchange(next) {
      const last = current
      if (next.follower.position < last.follower.position)
        throw new Error(`the view at ${next.follower.position} is behind ${last.follower.position}`)
      last.tell(undefined)
      next.tell(listener)
      current = next
      return last
    },
  }
}
