import { limits as bus } from '../limits.ts'

/** Every bound of the tool. */
export const limits = {
  /** What is read at a time. Between two pages no transaction is open, so that the log that is written meanwhile can tidy up. */
  pageEventsMax: 1_000,
  pageBytesMax: 8 * 1024 * 1024,
  /** Pages of SQLite, 4 KiB each, copied at a time. */
  copyPagesMax: 1_000,
  /** One line of an export: an event, its place, and what a publisher could leave out. */
  lineBytesMax: bus.eventBytesMax + 64 * 1024,
  excerptCharsMax: 80,
} as const
