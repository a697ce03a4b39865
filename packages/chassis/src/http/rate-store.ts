import { LRUCache } from 'lru-cache'
import { roomFor } from '../cache-room.ts'
import { type Clock, systemClock } from '../clock.ts'
import { Problem } from '../problem.ts'

interface Counted {
  hits: number
  /** By the steady clock. */
  endsAt: number
}

/** Counters that are held at a time; the one that was used longest ago is forgotten. */
const countersMax = 100_000

/**
 * Where `express-rate-limit` keeps its counts: in memory, by the steady clock. The library's own store measures windows by the wall clock,
 * and a limit then holds for as much longer as that is set back. A window begins with its first hit and lasts `windowMs`.
 */
export const steadyRateStore = (clock: Clock = systemClock) => {
  const counters = new LRUCache<string, Counted>(roomFor(countersMax))
  let windowMs = 0
  const counterOf = (key: string): Counted => {
    const known = counters.get(key)
    if (known && known.endsAt > clock.steady()) return known
    const fresh = { hits: 0, endsAt: clock.steady() + windowMs }
    counters.set(key, fresh)
    return fresh
  }
  return {
    localKeys: true,
    init: (options: { windowMs: number }): void => {
      windowMs = options.windowMs
    },
    increment: (key: string) => {
      const counter = counterOf(key)
      counter.hits += 1
      // What is left of the window, said by the clock that the library reads at once.
      const resetTime = new Date(Date.now() + counter.endsAt - clock.steady())
      return { totalHits: counter.hits, resetTime }
    },
    decrement: (key: string): void => {
      const counter = counterOf(key)
      counter.hits = Math.max(0, counter.hits - 1)
    },
    resetKey: (key: string): void => void counters.delete(key),
    resetAll: (): void => counters.clear(),
  }
}

/** Counts by key in windows of `windowS` seconds. What it returns counts once, and throws `too-many` beyond `max` in a window. */
export const rateCounter = ({ clock, windowS }: { clock: Clock; windowS: number }) => {
  const store = steadyRateStore(clock)
  store.init({ windowMs: windowS * 1_000 })
  return (key: string, { max, detail }: { max: number; detail: string }): void => {
    const { totalHits, resetTime } = store.increment(key)
    if (totalHits <= max) return
    throw new Problem('too-many', { detail, retryAfter: (resetTime.getTime() - Date.now()) / 1_000 })
  }
}
