/** Every bound of this service that is not the contracts' own. */
export const limits = {
  sessionDaysMax: 30,
  /** A session in use is prolonged at most this often. */
  sessionProlongHours: 24,
  verificationMinutesMax: 24 * 60,
  resetMinutesMax: 60,
  invitationDaysMax: 7,
  /** An account whose address was never confirmed is deleted after this long. */
  unconfirmedDaysMax: 7,
  tokensPerPersonMax: 50,
  /** A retry with the same Idempotency-Key is recognised for this long. */
  idempotencyDaysMax: 7,
  /** A token's last use is stored at most this often. */
  tokenUsedMinutesMin: 5,
  guestCookieDaysMax: 365,
  signingKeyDaysMax: 30,
  /** Published this long before and after it signs: longer than a fetched key set is cached. */
  signingKeyOverlapMinutes: 15,
  cleanUpMs: 60_000,
  publishRetryMs: { initial: 200, max: 10_000 },
  publishPageMax: 200,
  /** An erasure that a service has not confirmed after this long is overdue. */
  erasureOverdueMinutes: 60,
  /** The least time of answers that must not show whether an address is known. */
  uniformAnswerMsMin: 400,
  outboxMailsMax: 500,
  /** With backoff, most of a day. */
  mailTriesMax: 50,
  mailRetryMs: { initial: 1_000, max: 30 * 60_000 },
  mailsAtOnceMax: 4,
  mailsWaitingMax: 10_000,
  /** No link in a mail is valid for longer. */
  mailDaysMax: 7,
  /** How long a stopping service waits for a delivery in progress. */
  mailStopMsMax: 3_000,
  smtpMsMax: { connect: 20_000, greeting: 20_000, silence: 60_000 },
  /** Tries per network at an account that many networks guess at. */
  signInTriesGuessedAtMax: 3,
  /** Changes of the portrait of one person within so many seconds. */
  portraitsPerPersonMax: 20,
  portraitsWindowS: 3_600,
  pageSizeMax: 200,
  invitationsOpenMax: 200,
  /** Page size when the events of one person are read from the log. */
  eventsPageMax: 500,
} as const

/**
 * Rate limits: `max` requests in `minutes`, counting only failures where `failures`. A limit that a stranger can use up for somebody else
 * refuses no request: above `signInPerAccount` each network has `signInTriesGuessedAtMax` tries at the account, and above `mailPerAccount`
 * the address gets no further mail of that kind for a while; the link in the last one is valid for longer than that.
 */
export const rateLimits = {
  signInPerAccountAndNetwork: { max: 10, minutes: 15, failures: true },
  signInPerAccount: { max: 100, minutes: 15, failures: true },
  signInPerNetwork: { max: 100, minutes: 15, failures: true },
  signUpPerNetwork: { max: 20, minutes: 60, failures: false },
  mailPerAccount: { max: 3, minutes: 15, failures: false },
  mailPerNetwork: { max: 30, minutes: 60, failures: false },
  /** Each start of a sign-in by passkey or another site stores a row for minutes. */
  challengePerNetwork: { max: 60, minutes: 5, failures: false },
  secretPerNetwork: { max: 30, minutes: 15, failures: true },
} as const
export type RateLimitName = keyof typeof rateLimits
