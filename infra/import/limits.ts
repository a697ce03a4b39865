/** Bounds of sending an import. */
export const limits = {
  /** JSON characters in one request to a service. */
  batchCharsMax: 500_000,
  /** How long a blog is read before requests under way have their turn. */
  readingMsMax: 5,
  /** Batches that are on their way at once. */
  requestsAtOnceMax: 8,
  /** Batches of comments that wait until there are enough posts for a request. */
  heldBatchesMax: 16,
  retriesMax: 8,
  retryMsMin: 250,
  retryMsMax: 10_000,
  requestMsMax: 60_000,
  /** Different reasons kept apart in the summary. */
  reasonsMax: 200,
  /** Places named for each reason in the summary. */
  placesShownMax: 3,
} as const
