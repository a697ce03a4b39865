const waitMsMax = 60_000

/** Rings once at a time of the clock, or somewhat earlier when that is far away. Does not keep the process alive. */
export interface Alarm {
  /** In place of what was set before; undefined sets nothing. */
  set(at: number | undefined): void
  /** It never rings again. */
  stop(): void
}

export const createAlarm = ({ now, ring }: { now: () => number; ring: () => void }): Alarm => {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  return {
    set(at) {
      clearTimeout(timer)
      if (at === undefined || stopped) return
      timer = setTimeout(ring, Math.min(waitMsMax, Math.max(1, at - now()))).unref()
    },
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
