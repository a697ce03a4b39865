/** Every bound of a conformance run. */
export const limits = {
  killsMax: 100,
  /** As many appends as a client lets wait at a time. */
  historyEventsMax: 20_000,

  /** How far before the asked position an answer may begin. */
  rewindMax: 12,
  /** How many events may come again at once. */
  repeatedMax: 5,
  /** Sizes of pages, where the consumer asked for larger ones. */
  oddPageMax: 9,
  pieceBytesMax: 200,
  delayMsMax: 40,
  /** From when a consumer has been given something until it is killed. */
  killAfterMsMax: 250,

  startMsMax: 20_000,
  stopMsMax: 5_000,
  /** How long position and log must stand still for a consumer to count as settled. */
  quietMs: 400,
  settleSecondsMax: 600,
  saidCharsMax: 4_000,
  excerptCharsMax: 160,
} as const
