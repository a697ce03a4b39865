import type { Clock } from '../clock.ts'
import type { Ids } from '../ids.ts'

/** A clock that stands still until it is set. */
export const fixedClock = (at = '2026-01-01T00:00:00.000Z'): Clock & { set(to: string): void } => {
  let time = new Date(at)
  return {
    now: () => new Date(time),
    set(to) {
      time = new Date(to)
    },
  }
}

/** Ids that count from 1, in the form of a UUIDv7. */
export const sequentialIds = (): Ids => {
  let last = 0
  return { next: () => `0000000a-0000-7000-8000-${(++last).toString(16).padStart(12, '0')}` }
}
