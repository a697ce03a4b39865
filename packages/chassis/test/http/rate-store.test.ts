import { describe, expect, it } from 'vitest'
import { steadyRateStore } from '../../src/http/rate-store.ts'
import { fixedClock } from '../../src/testing/deterministic.ts'

describe('the counts of a rate limit', () => {
  it.each([-3_600_000, 0, 3_600_000])(
    'last for one window and no longer when the wall clock is set by %i ms',
    (ms) => {
      const clock = fixedClock()
      const store = steadyRateStore(clock)
      store.init({ windowMs: 60_000 })
      expect(store.increment('a').totalHits).toBe(1)
      clock.jump(ms)
      clock.pass(59_999)
      const { totalHits, resetTime } = store.increment('a')
      expect(totalHits).toBe(2)
      expect(resetTime.getTime() - Date.now()).toBeLessThanOrEqual(1)
      clock.pass(1)
      expect(store.increment('a').totalHits).toBe(1)
    },
  )

  it('are one for each key, are taken back, and are never less than none', () => {
    const store = steadyRateStore(fixedClock())
    store.init({ windowMs: 60_000 })
    store.increment('a')
    store.decrement('a')
    store.decrement('a')
    expect([store.increment('a').totalHits, store.increment('b').totalHits]).toEqual([1, 1])
    store.resetKey('a')
    expect([store.increment('a').totalHits, store.increment('b').totalHits]).toEqual([1, 2])
  })
})
