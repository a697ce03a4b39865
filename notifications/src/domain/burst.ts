/** Failures of files of one person, or of one import, which are told together. */
export interface Burst {
  /** The id of the event that began it. */
  id: string
  /** RFC 3339: since when failures are told together, and until when they join this burst. */
  since: string
  until: string
}

const dayMs = 86_400_000
/** Longer than a job takes from its first attempt to its last. */
const firstMs = 5 * 60_000

const after = (at: string, ms: number): string => new Date(Date.parse(at) + ms).toISOString()

/**
 * The burst that a failure belongs to, given the one before it. The first is told after some minutes, what follows within a day of its
 * beginning at the end of that day: two messages a day at most.
 */
export const burstOf = (before: Burst | undefined, { id, time }: { id: string; time: string }): Burst => {
  const sinceMs = before === undefined ? Number.NaN : Date.parse(time) - Date.parse(before.since)
  // A log whose clock was ahead must not keep back what fails for as long.
  if (before === undefined || Math.abs(sinceMs) >= dayMs)
    return { id, since: time, until: after(time, firstMs) }
  if (time < before.until) return before
  return { id, since: before.since, until: after(before.since, dayMs) }
}
