const minuteMs = 60_000

/** Milliseconds in words, such as `3 more hours`. */
export const timeLeft = (ms: number): string => {
  const minutes = Math.ceil(ms / minuteMs)
  if (minutes <= 1) return 'the next minute'
  if (minutes <= 120) return `${minutes} more minutes`
  return minutes <= 2_880
    ? `${Math.ceil(minutes / 60)} more hours`
    : `${Math.ceil(minutes / 1_440)} more days`
}
