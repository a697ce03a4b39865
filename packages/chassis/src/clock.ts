export interface WallClock {
  /** By the wall clock. */
  now(): Date
}

/**
 * The time, as an argument: nothing in a domain reads it by itself. An instant that people see is `now`; a duration, such as a lease, a
 * backoff or the life of a token, is measured by `steady`, since the wall clock may be set in both directions at any moment.
 */
export interface Clock extends WallClock {
  /** Whole milliseconds since 1970 as the wall clock had it when this process began, counted on from there whatever it is set to. */
  steady(): number
}

export const systemClock: Clock = {
  now: () => new Date(),
  steady: () => Math.floor(performance.timeOrigin + performance.now()),
}

/** Milliseconds since 1970 by whichever clock is behind: what has ended by this has ended, though the wall clock was set forward. */
export const earliest = (clock: Clock): number => Math.min(clock.now().getTime(), clock.steady())

/** Milliseconds since 1970 by whichever clock is ahead: what has not ended by this has not, though the wall clock was set back. */
export const latest = (clock: Clock): number => Math.max(clock.now().getTime(), clock.steady())
