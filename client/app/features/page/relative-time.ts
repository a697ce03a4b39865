const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

const relativeFormat = new Intl.RelativeTimeFormat('en', { style: 'narrow' })

/** `3 h ago` within a day, else undefined. Clocks that disagree a little read as now. */
export const relativeTime = ({ at, now }: { at: number; now: number }): string | undefined => {
  const passed = now - at
  if (passed < -minuteMs || passed >= dayMs) return undefined
  if (passed < minuteMs) return 'just now'
  if (passed < hourMs) return relativeFormat.format(-Math.floor(passed / minuteMs), 'minute')
  return relativeFormat.format(-Math.floor(passed / hourMs), 'hour')
}
