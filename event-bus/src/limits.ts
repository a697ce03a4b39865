import { logBounds } from '@logbook/contracts/http/log-bounds.ts'

/** Every bound of the bus. */
export const limits = {
  ...logBounds,
  /** Appends (lines) in one NDJSON request. */
  appendsPerRequestMax: 10_000,
  /** How deep objects and arrays in `data` may nest: deeper than anyone writes, and far from any parser's stack. */
  dataDepthMax: 100,
  extensionsMax: 20,
  extensionNameCharsMax: 40,
  extensionCharsMax: 1_000,

  /** How much may wait for its commit; above it, publishers are refused with `unavailable`. */
  waitingEventsMax: 50_000,
  waitingBytesMax: 64 * 1024 * 1024,
  /** Events in one commit, so that the longest one stays short. */
  eventsPerCommitMax: 5_000,

  /** The default rate limit of one address, far above the rate of any real program. */
  eventsPerSecondMax: 500_000,
  /** Addresses whose rate is tracked. */
  callersMax: 10_000,

  pageBytesMax: 8 * 1024 * 1024,
  /** How much of the log's end is cached in memory; temporarily up to twice as much. */
  tailEventsMax: 1_000,
  tailBytesMax: 2 * 1024 * 1024,
  /** How many events a filtered page may pass over before it answers with what it has. */
  scanEventsMax: 20_000,
  /** Pages of a streamed answer: what one reader holds of the memory at a time. */
  chunkEventsMax: 500,
  chunkBytesMax: 256 * 1024,
  /** What all readers that catch up hold together: the more they are, the smaller the pieces, down to `chunkBytesMin`. */
  catchUpBytesMax: 2 * 1024 * 1024,
  chunkBytesMin: 16 * 1024,

  followersMax: 1_000,
  heartbeatMs: 15_000,

  subscriptionsMax: 200,
  /** Unsettled deliveries of one subscription; no more are read until there is room. */
  windowMax: 1_000,
  /**
   * Progress in the log is stored with the next delivery. This much of it may be unstored, to be read again after a crash.
   */
  unwrittenDeliveriesMax: 2_000,
  unwrittenPositionsMax: 10_000,
  /** Parked deliveries of one subscription; above it, the subscription stops rather than fill the disk. */
  parkedMax: 100_000,
  /** Names of consumers with a rolling hash of their own, per subscription. */
  consumersMax: 1_000,
  /** Claims that wait at a time, over all subscriptions. */
  waitingClaimsMax: 1_000,
  /** Events in one claim's answer and in one pushed batch, in bytes. */
  claimBytesMax: 4 * 1024 * 1024,
  batchEventsMax: 100,
  /** How much of a failed answer is stored. */
  excerptBytesMax: 1_000,
  /** How much of a consumer's answer is read before the connection is closed. */
  answerBytesMax: 64 * 1024,
  /** The longest Retry-After that is obeyed. */
  retryAfterMsMax: 60 * 60_000,
  /** Proofs computed at a time. */
  proofsMax: 2,
  /** Streams whose order a proof tracks; it evicts the first one met. */
  proofSubjectsMax: 200_000,

  /** The interval at which the bus looks for events of its own. */
  ownEventsMs: 60_000,
  /** The interval of checks that the log's file still exists, besides those at each commit. */
  fileLookMs: 1_000,
} as const
