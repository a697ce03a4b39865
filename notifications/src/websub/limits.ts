const hourS = 3_600
const dayS = 24 * hourS

/** Every bound of the blog's own hub. Attempts and pauses of deliveries are those of all messages. */
export const limits = {
  formBytesMax: 8 * 1024,
  /** What a subscriber wishes is raised or lowered to these. */
  leaseS: { min: hourS, default: 10 * dayS, max: 30 * dayS },
  /** Subscriptions of all sites and of one, with requests for more. Others are answered with 429. */
  subscriptionsMax: 20_000,
  subscriptionsPerSiteMax: 500,
  /** Requests that wait to be verified, of all sites and of one. */
  requestsMax: 1_000,
  requestsPerSiteMax: 50,
  /** Requests taken per site in a window of so many seconds. */
  perSite: { requestsMax: 120, windowS: 600 },
  /** Callbacks that are asked, and those that are sent to, at a time. */
  verifiersMax: 4,
  sendersMax: 8,
  /** Attempts to verify at a callback that does not answer. */
  attemptsMax: 3,
  retryMs: { initial: 10_000, max: 600_000 },
  /** After a change of a feed, until it is sent: several changes are sent once. */
  settleMs: 3_000,
  /** For the whole of a request to a callback. */
  callbackMsMax: 10_000,
  contentMsMax: 10_000,
  contentBytesMax: 32 * 1024 * 1024,
  /** Of all contents kept in memory. */
  contentsBytesMax: 32 * 1024 * 1024,
} as const
