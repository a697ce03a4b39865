const dayMs = 86_400_000

const isoDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** The name of the ISO 8601 week that begins with a Monday, such as `2026-w10` for 2026-03-02. */
export const weekName = (monday: string): string => {
  // A week belongs to the year of its Thursday.
  const thursdayMs = Date.parse(`${monday}T00:00:00Z`) + 3 * dayMs
  const year = new Date(thursdayMs).getUTCFullYear()
  const week = Math.floor((thursdayMs - Date.UTC(year, 0, 1)) / (7 * dayMs)) + 1
  return `${year}-w${String(week).padStart(2, '0')}`
}

/** The Monday of a week by its name; undefined for what names no week. */
export const mondayOf = (name: string): string | undefined => {
  const [, year, week] = /^(\d{4})-w(\d{2})$/.exec(name) ?? []
  if (year === undefined) return undefined
  // The fourth of January is always in the first week.
  const fourthMs = Date.UTC(Number(year), 0, 4)
  const firstMs = fourthMs - ((new Date(fourthMs).getUTCDay() + 6) % 7) * dayMs
  const monday = isoDay(firstMs + (Number(week) - 1) * 7 * dayMs)
  return weekName(monday) === name ? monday : undefined
}
