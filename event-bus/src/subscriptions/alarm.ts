const waitMsMax = 60_000

/** A timer for a time of the clock; a distant one rings early. Does not keep the process alive. */
export interface Alarm {
  /** Replaces the earlier time; undefined clears it. */
  set(at: number | undefined): void
  /** Stops it for good. */
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
