import type { Clock } from '../clock.ts'
import type { Ids } from '../ids.ts'

export interface FixedClock extends Clock {
  /** Time passes until then. */
  set(to: string): void
  /** Time passes. */
  pass(ms: number): void
  /** The wall clock is set by so much, and no time passes. */
  jump(ms: number): void
  /** The clock as a process sees it that begins now. */
  restarted(): FixedClock
}

/** A clock that stands still until it is told otherwise. */
export const fixedClock = (at = '2026-01-01T00:00:00.000Z'): FixedClock => {
  let wall = Date.parse(at)
  let steady = wall
  const pass = (ms: number) => {
    wall += ms
    steady += ms
  }
  return {
    now: () => new Date(wall),
    steady: () => steady,
    set: (to) => pass(Date.parse(to) - wall),
    pass,
    jump(ms) {
      wall += ms
    },
    restarted: () => fixedClock(new Date(wall).toISOString()),
  }
}

/** Ids that count from 1, in the form of a UUIDv7. */
export const sequentialIds = (): Ids => {
  let last = 0
  return { next: () => `0000000a-0000-7000-8000-${(++last).toString(16).padStart(12, '0')}` }
}
