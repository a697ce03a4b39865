const secondsKept = 60

/** Counts what happened in the last minute. */
export interface Rate {
  add(count: number, now: number): void
  perSecond(now: number): number
}

export const createRate = (): Rate => {
  const counts = new Array<number>(secondsKept).fill(0)
  let last = 0
  const moveTo = (now: number): void => {
    const second = Math.floor(now / 1_000)
    for (let gone = Math.max(last + 1, second - secondsKept + 1); gone <= second; gone++)
      counts[gone % secondsKept] = 0
    last = Math.max(last, second)
  }
  return {
    add(count, now) {
      moveTo(now)
      counts[last % secondsKept] = (counts[last % secondsKept] ?? 0) + count
    },
    perSecond(now) {
      moveTo(now)
      return counts.reduce((sum, count) => sum + count, 0) / secondsKept
    },
  }
}
