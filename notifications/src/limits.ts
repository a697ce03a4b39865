/** Every bound of this service that is not the contracts' own. */
export const limits = {
  formBytesMax: 4 * 1024,
  /** Of the outbox, parked messages in one answer. */
  parkedShownMax: 100,
  excerptCharsMax: 300,
  /** Notes kept per person. */
  inboxNotesMax: 500,
  inboxTrimmedEvery: 50,
  /** Effects that a channel reads from the outbox at once. */
  batchEffectsMax: 100,
  /** Attempts before a message is parked; with the backoff about two days. */
  attemptsMax: 20,
  retryMs: { initial: 1_000, max: 4 * 3_600_000 },
  /** How long a mail server is left alone that failed for any mail. */
  restMs: { initial: 1_000, max: 60_000 },
  /** How long a host is left alone that did not answer, or asked for it: other messages to it wait meanwhile. */
  hostRestMs: { silent: 30_000, max: 60_000 },
  hostsRestingMax: 1_000,
  /** Upper bound of a receiver's Retry-After. */
  retryAfterMsMax: 24 * 3_600_000,
  /** The longest that a message waits: a day of 25 hours, or a Retry-After, and its jitter. */
  waitMsMax: 26 * 3_600_000,
  /** Backoff while the log or accounts can't be reached. */
  awayMs: { initial: 100, max: 5_000 },
  /** After a change of a post, until the pages that it links to and the hub of its feeds are told: several changes are told once. */
  settleMs: 30_000,
  /** Tags of one post of whose feeds the hub is told. */
  tagsToldMax: 20,
  /** Messages older than this are dropped. */
  newsDaysMax: 7,
  /** How long sent effects are kept. */
  doneDaysMax: 60,
  /** The hour of the daily mail, in the person's time zone. */
  dailyHour: 8,
  /** Notes in one mail; the rest are in the inbox. */
  notesPerMailMax: 30,
  /** Messages that are counted together, and so those that a power cut may send again. */
  countedMax: 10,
  sleepMsMax: 60_000,
  stopMsMax: 3_000,
  smtpMsMax: { connect: 20_000, greeting: 20_000, silence: 60_000 },
  hookMsMax: 10_000,
  addressesMsMax: 5_000,
  outboxMailsMax: 500,
  /** Of newsletters. */
  rendering: { threads: 1, keptCharsMax: 2_000_000 },
  /** Hours before a confirmation is requested again. */
  confirmationHoursMin: 1,
  confirmationDaysMax: 7,
  subscriptionsPerAddressMax: 50,
  /** The hour of the digest on Mondays. */
  digestHour: 8,
  digestPostsMax: 5,
  digestCommentsMax: 5,
  /** Lists of related posts that are kept between mails of a digest, for how long, and how long query may take for one. */
  relatedKeptMax: 1_000,
  relatedMsMax: 5_000,
  /** How long counts of readers are kept for digests. */
  readingDaysMax: 35,
  digestLookMs: 60_000,
  backupLookMs: 3_600_000,
  /** Bound of the setting. */
  backupDaysMax: 365,
  /** A digest later than this is skipped. */
  digestLateDaysMax: 5,
  inboxStreamsMax: 1_000,
  inboxStreamsPerPersonMax: 5,
  /** Gateways that are told whose inbox changes, and what one may leave unread before it has to come back. */
  inboxFeedsMax: 32,
  inboxFeedBytesMax: 4 * 1024 * 1024,
  heartbeatMs: 20_000,
} as const
