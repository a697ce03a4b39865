/** The time, as an argument: nothing in a domain reads it by itself. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }
