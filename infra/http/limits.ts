/** Bounds of requests to a running blog. */
export const limits = {
  retriesMax: 8,
  retryMsMin: 250,
  retryMsMax: 10_000,
  requestMsMax: 60_000,
} as const
