import { limits as bus } from '../limits.ts'

/** Every bound of the tool, and of what the bus does with it by itself. */
export const limits = {
  /** What is read at a time. Between two pages no transaction is open, so that the log that is written meanwhile can tidy up. */
  pageEventsMax: 1_000,
  pageBytesMax: 8 * 1024 * 1024,
  /** Pages of SQLite, 4 KiB each, copied at a time. */
  copyPagesMax: 1_000,
  /** One line of an export: an event, its place, and what a publisher could leave out. */
  lineBytesMax: bus.eventBytesMax + 64 * 1024,
  excerptCharsMax: 80,
  /** How often a running bus verifies its whole log unless a setting says otherwise, and what is left in peace after a start. */
  scrubHours: 24,
  scrubHoursMax: 500,
  scrubFirstAfterMs: 600_000,
  /** A slow verification rests so many times as long as a page took it, and so long at most. */
  restTimes: 9,
  restMsMax: 1_000,
} as const
