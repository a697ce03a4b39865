import { limits as bus } from '../limits.ts'

/** Every bound of the tool, and of the bus's own verification. */
export const limits = {
  /** The size of a page. No transaction is open between pages, so that the log's writer can checkpoint. */
  pageEventsMax: 1_000,
  pageBytesMax: 8 * 1024 * 1024,
  /** Pages of SQLite, 4 KiB each, copied at a time. */
  copyPagesMax: 1_000,
  /** One line of an export: an event with its position and defaults. */
  lineBytesMax: bus.eventBytesMax + 64 * 1024,
  excerptCharsMax: 80,
  /** The default interval of a running bus's verification, and the delay after a start. */
  scrubHours: 24,
  scrubHoursMax: 500,
  scrubFirstAfterMs: 600_000,
  /** A slow verification pauses this many times as long as a page took, up to a bound. */
  restTimes: 9,
  restMsMax: 1_000,
} as const
