/** Bounds of `npm run doctor`. */
export const limits = {
  /** How long one service is waited for. */
  answerMsMax: 3_000,
  /** Beyond this, clocks of one machine or network are not the same. */
  clockAheadMsMax: 2_000,
  /** A follower this far behind is told of even if it says that all is well. */
  lagEventsMax: 1_000,
  /** Files of the data folder that are looked at. */
  filesMax: 100_000,
} as const
