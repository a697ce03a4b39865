import type { Bus } from '../log/bus.ts'
import type { ApplyingOptions } from './applying.ts'
import type { ErasureOptions } from './erasures.ts'
import type { Reactions } from './reactions.ts'

export interface FollowerOptions<Event> extends ApplyingOptions<Event> {
  name: string
  bus: Bus
  /** What is followed beside erasures; all types without it. */
  types?: readonly string[]
  /** For a file with `erasureTables` that holds something of people: events about erasures are handled here, and never reach `apply`. */
  erasure?: ErasureOptions
  /** Woken after each commit once the history has been read, and stopped with the follower. */
  reactions?: Pick<Reactions<never>, 'wake' | 'stop' | 'health' | 'parked'>
  /**
   * The log is not the one that was read: what was built from it must be built again. Following stands still from then on. Called
   * once. Without it, or `beginAgain`, following waits for the log that was read.
   */
  onOtherLog?: () => void
  /** The same for a file that can be emptied where it is, part of the caller's transaction: following begins at position 0. */
  beginAgain?: () => void
  /** After the commit of a page: `events` are those that were applied. */
  onCommit?: (page: { events: readonly Event[]; position: number; caughtUp: boolean }) => void
}
