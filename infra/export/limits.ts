/** Bounds of the export. */
export const limits = {
  /** Items asked for in one request. */
  pageItemsMax: 100,
  requestMsMax: 60_000,
  retriesMax: 5,
  retryMsMin: 250,
  retryMsMax: 10_000,
} as const
