// To find out takes a fifth of a millisecond.
const knownZones = new Set<string>()
const knownZonesMax = 1_000

/** Whether this machine knows a time zone by this name. */
export const isTimeZone = (name: string): boolean => {
  if (knownZones.has(name)) return true
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    if (knownZones.size < knownZonesMax) knownZones.add(name)
    return true
  } catch {
    return false
  }
}

/** The zone itself where this machine knows it, else UTC: a view must not fail by a name. */
export const knownTimeZone = (name: string): string => (isTimeZone(name) ? name : 'UTC')

const formats = new Map<string, Intl.DateTimeFormat>()

const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en', {
    ...{ timeZone: knownTimeZone(timeZone), calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23' },
    ...{ era: 'short', year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  })
  formats.set(timeZone, format)
  return format
}

/** A time in ms as what clocks in a zone show, read as if it were UTC, to the second. */
const wallMsOf = (ms: number, timeZone: string): number => {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, value]),
  )
  const number = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type))
  const year = parts.get('era')?.startsWith('B') ? 1 - number('year') : number('year')
  const wall = new Date(0)
  // Unlike Date.UTC, which takes the years up to 99 for those of the twentieth century.
  wall.setUTCFullYear(year, number('month') - 1, number('day'))
  wall.setUTCHours(number('hour'), number('minute'), number('second'))
  return wall.getTime()
}

/**
 * The time in ms at which clocks in a zone show what `wallMs` is in UTC; where they are put forward over it, the moment of the change.
 * Of two such times, where they are put back, the first.
 */
const msOfWall = (wallMs: number, timeZone: string): number => {
  const dayMs = 86_400_000
  // The offsets of the day before and after are all that a change in between can lead from and to.
  const offsets = [wallMs - dayMs, wallMs + dayMs].map((near) => wallMsOf(near, timeZone) - near)
  const candidates = offsets.map((offset) => wallMs - offset).toSorted((one, other) => one - other)
  const exact = candidates.find((ms) => wallMsOf(ms, timeZone) === wallMs)
  if (exact !== undefined) return exact
  // The clocks skipped it: the change lies between the two.
  let [before = wallMs, after = wallMs] = candidates
  while (after - before > 1_000) {
    const middle = Math.floor((before + after) / 2_000) * 1_000
    if (wallMsOf(middle, timeZone) < wallMs) before = middle
    else after = middle
  }
  return after
}

const clockForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/

/** The time in ms at which clocks in a zone show `2026-11-03T09:00`; undefined for what is no such text. */
export const msOfClock = (shown: string, timeZone: string): number | undefined => {
  const wallMs = clockForm.test(shown) ? Date.parse(`${shown}Z`) : Number.NaN
  return Number.isNaN(wallMs) ? undefined : msOfWall(wallMs, timeZone)
}

/** What clocks in a zone show at a time in ms: `2026-11-03T09:00`. */
export const clockIn = (ms: number, timeZone: string): string =>
  new Date(wallMsOf(ms, timeZone)).toISOString().slice(0, 16)

/** From the first ms in which clocks in a zone show one date, to that in which they first show a later one. */
interface Span {
  fromMs: number
  toMs: number
}

/** Where a zone skips a whole day, as Pacific/Apia did 2011-12-30, its span is empty. */
const spanOfWall = (from: Date, to: Date, timeZone: string): Span => ({
  fromMs: msOfWall(from.getTime(), timeZone),
  toMs: msOfWall(to.getTime(), timeZone),
})

/** When a month begins in a zone, in ms, and when the next does. `month` as in `2026-11`. */
export const spanOfMonth = (month: string, timeZone: string): Span => {
  const [year = 0, ordinal = 1] = month.split('-').map(Number)
  const [from, to] = [new Date(0), new Date(0)]
  from.setUTCFullYear(year, ordinal - 1)
  to.setUTCFullYear(year, ordinal)
  return spanOfWall(from, to, timeZone)
}

/** The same of a day, as in `2026-11-03`; undefined for what names none. */
export const spanOfDay = (day: string, timeZone: string): Span | undefined => {
  const from = new Date(/^\d{4}-\d\d-\d\d$/.test(day) ? `${day}T00:00:00Z` : Number.NaN)
  // A day that a month does not have is read as one of the next.
  if (Number.isNaN(from.getTime()) || from.toISOString().slice(0, 10) !== day) return undefined
  const to = new Date(from)
  to.setUTCDate(to.getUTCDate() + 1)
  return spanOfWall(from, to, timeZone)
}

/** What clocks show at a time in ms, read as if it were UTC; where they were put back over midnight, the later date that began before. */
const shownIn = (ms: number, timeZone: string): Date => {
  const wallMs = wallMsOf(ms, timeZone)
  const tomorrow = new Date(wallMs)
  tomorrow.setUTCHours(24, 0, 0, 0)
  return ms < msOfWall(tomorrow.getTime(), timeZone) ? new Date(wallMs) : tomorrow
}

/** The month whose span a time in ms is in, in a zone: `2026-11`. */
export const monthIn = (ms: number, timeZone: string): string =>
  shownIn(ms, timeZone).toISOString().slice(0, 7)

/** The day whose span a time in ms is in: `2026-11-03`. */
export const dayIn = (ms: number, timeZone: string): string =>
  shownIn(ms, timeZone).toISOString().slice(0, 10)

/** The time zones to choose from. */
export const timeZoneNames = (): string[] => ['UTC', ...Intl.supportedValuesOf('timeZone')]
