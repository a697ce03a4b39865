import type { NotificationPreferences } from '@logbook/contracts/events/notifications.ts'
import { dayIn, spanOfDay } from '@logbook/contracts/time-zone.ts'
import { limits } from '../limits.ts'

const dayMs = 86_400_000
const minuteMs = 60_000

/** The times in ms of a time of day on the days around `ms`, in a time zone. */
const occurrences = (minutes: number, ms: number, timeZone: string): number[] =>
  [-dayMs, 0, dayMs].flatMap((offset) => {
    const span = spanOfDay(dayIn(ms + offset, timeZone), timeZone)
    return span === undefined ? [] : [span.fromMs + minutes * minuteMs]
  })

const minutesOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}

/** The end in ms of the quiet hours around `nowMs`, or undefined outside of quiet hours. */
export const quietUntil = (
  { quiet, timeZone }: Pick<NotificationPreferences, 'quiet' | 'timeZone'>,
  nowMs: number,
): number | undefined => {
  if (quiet === null || quiet.from === quiet.to) return undefined
  const length = (minutesOf(quiet.to) - minutesOf(quiet.from) + 1_440) % 1_440
  const begun = occurrences(minutesOf(quiet.from), nowMs, timeZone).find(
    (from) => from <= nowMs && nowMs < from + length * minuteMs,
  )
  return begun === undefined ? undefined : begun + length * minuteMs
}

/** When the daily mail about something at `atMs` is due: the next morning in the time zone, in ms. */
export const nextDaily = (atMs: number, timeZone: string): number =>
  occurrences(limits.dailyHour * 60, atMs, timeZone).find((ms) => ms > atMs) ?? atMs + dayMs

/** The time in ms until which a message is deferred, or undefined if it may be sent now. */
export const deferredUntil = (
  preferences: NotificationPreferences,
  { channel, atMs, nowMs }: { channel: string; atMs: number; nowMs: number },
): number | undefined => {
  const daily =
    channel === 'mail' && preferences.rhythm === 'daily' ? nextDaily(atMs, preferences.timeZone) : 0
  if (daily > nowMs) return daily
  return quietUntil(preferences, nowMs)
}

/** The last week before `ms` in a time zone: its Monday, its span in ms, and when its digest is due. */
export const digestDue = (
  ms: number,
  timeZone: string,
): { week: string; fromMs: number; toMs: number; dueMs: number } => {
  const day = dayIn(ms, timeZone)
  const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7
  const shift = (days: number) =>
    new Date(Date.parse(`${day}T00:00:00Z`) - (weekday + days) * dayMs).toISOString().slice(0, 10)
  const startOf = (date: string) => spanOfDay(date, timeZone)?.fromMs ?? ms
  const [thisWeek, lastWeek] = [shift(0), shift(7)]
  const toMs = startOf(thisWeek)
  return { week: lastWeek, fromMs: startOf(lastWeek), toMs, dueMs: toMs + limits.digestHour * 60 * minuteMs }
}

/**
 * The day (UTC) at which the latest reminder of a backup was due: every `daysMax` days after the last backup, or after the blog began.
 * Undefined before the first.
 */
export const backupDue = ({
  beganAt,
  nowMs,
  daysMax,
}: {
  beganAt: string | null
  nowMs: number
  daysMax: number
}): string | undefined => {
  if (beganAt === null) return undefined
  const periods = Math.floor((nowMs - Date.parse(beganAt)) / (daysMax * dayMs))
  if (periods < 1) return undefined
  return new Date(Date.parse(beganAt) + periods * daysMax * dayMs).toISOString().slice(0, 10)
}
