/** Every bound of the bus. */
export const limits = {
  /** Body of one request, after decompression. */
  requestBytesMax: 16 * 1024 * 1024,
  /** One event, as JSON in UTF-8. */
  eventBytesMax: 1024 * 1024,
  /** Events in one atomic append. */
  eventsPerAppendMax: 1_000,
  /** Appends (lines) in one NDJSON request. */
  appendsPerRequestMax: 10_000,
  /** How deep objects and arrays in `data` may nest: deeper than anyone writes, and far from any parser's stack. */
  dataDepthMax: 100,
  extensionsMax: 20,
  extensionNameCharsMax: 40,
  extensionCharsMax: 1_000,

  /** What may wait for its commit, beyond which publishers are told to come back. */
  waitingEventsMax: 50_000,
  waitingBytesMax: 64 * 1024 * 1024,
  /** Events in one commit, so that the longest one stays short. */
  eventsPerCommitMax: 5_000,

  /** What one address may append, unless a setting says otherwise; far above what one program sends in earnest. */
  eventsPerSecondMax: 500_000,
  /** Addresses whose rate is kept in mind. */
  callersMax: 10_000,

  pageSizeDefault: 100,
  pageSizeMax: 1_000,
  pageBytesMax: 8 * 1024 * 1024,
  typesMax: 100,
  /** Of the end of the log, what is kept in memory; up to twice as much for a while. */
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
  /** Body of one request about a subscription. */
  subscriptionBytesMax: 256 * 1024,
  /** Deliveries of one subscription read from the log and not settled: no more is read until there is room. */
  windowMax: 1_000,
  /**
   * What is read from the log for a subscription is written with its next delivery. So much of it may wait for that, to be read
   * again after a crash.
   */
  unwrittenDeliveriesMax: 2_000,
  unwrittenPositionsMax: 10_000,
  /** Deliveries parked for one subscription, beyond which it stands still rather than fill the disk. */
  parkedMax: 100_000,
  /** Names of consumers with a rolling hash of their own, per subscription. */
  consumersMax: 1_000,
  /** Claims that wait at a time, over all subscriptions. */
  waitingClaimsMax: 1_000,
  /** Events in one claim's answer and in one pushed batch, in bytes. */
  claimBytesMax: 4 * 1024 * 1024,
  batchEventsMax: 100,
  /** What is kept of a consumer's answer that was a failure. */
  excerptBytesMax: 1_000,
  /** What is read of a consumer's answer before the connection is cut. */
  answerBytesMax: 64 * 1024,
  /** The longest that a consumer's Retry-After is obeyed. */
  retryAfterMsMax: 60 * 60_000,
  /** Proofs computed at a time. */
  proofsMax: 2,
  /** Streams whose order a proof keeps in mind; it forgets the one it met first. */
  proofSubjectsMax: 200_000,

  /** Between looks whether the log's file is still there, beside those at each commit. */
  fileLookMs: 1_000,
} as const
