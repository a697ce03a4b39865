/** Bounds of the commands of `npm run log` that ask the running blog. */
export const limits = {
  answerMsMax: 10_000,
  /** A retry of much that is parked takes a while. */
  retryingMsMax: 60_000,
  retryMs: { initial: 250, max: 5_000 },
} as const
