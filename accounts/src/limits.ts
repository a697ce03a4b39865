/** Every bound of this service that is not the contracts' own. */
export const limits = {
  jsonBytesMax: 16 * 1024,
  /** Room for the headers that a browser may send. */
  exchangeBytesMax: 32 * 1024,
  /** Room for a full page of ids. */
  keysBytesMax: 128 * 1024,
  sessionDaysMax: 30,
  /** A session in use is prolonged at most this often. */
  sessionProlongHours: 24,
  verificationMinutesMax: 24 * 60,
  resetMinutesMax: 60,
  invitationDaysMax: 7,
  /** An account whose address was never confirmed is forgotten after this long. */
  unconfirmedDaysMax: 7,
  tokensPerPersonMax: 50,
  /** A retry with the same Idempotency-Key is known for this long. */
  idempotencyDaysMax: 7,
  /** A token's last use is written down at most this often. */
  tokenUsedMinutesMin: 5,
  guestCookieDaysMax: 365,
  signingKeyDaysMax: 30,
  /** Published this long before it signs and after it last did: longer than anyone keeps a fetched set. */
  signingKeyOverlapMinutes: 15,
  houseKeepingMs: 60_000,
  announceRetryMs: { initial: 200, max: 10_000 },
  announcePageMax: 200,
  /** After this long without a service's word, an erasure is shown as overdue. */
  erasureOverdueMinutes: 60,
  /** Answers that must not tell by their time whether an address is known take at least this. */
  evenAnswerMsMin: 400,
  outboxMailsMax: 500,
  /** With the pauses between them, the better part of a day. */
  mailTriesMax: 50,
  mailRetryMs: { initial: 1_000, max: 30 * 60_000 },
  mailsAtOnceMax: 4,
  mailsWaitingMax: 10_000,
  /** No link in a mail is good for longer. */
  mailDaysMax: 7,
  /** A mail that a server is just taking is waited for as long when the service stops. */
  mailStopMsMax: 3_000,
  smtpMsMax: { connect: 20_000, greeting: 20_000, silence: 60_000 },
  /** From one network, at an account that is guessed at from many. */
  signInTriesGuessedAtMax: 3,
  pageSizeDefault: 50,
  pageSizeMax: 200,
  invitationsOpenMax: 200,
  /** Of the log, when the events of one person are gathered. */
  eventsPageMax: 500,
} as const

/**
 * Who tries how often: `max` in `minutes`, failures alone where `failures`. What a stranger can use up for somebody else refuses nobody:
 * past `signInPerAccount` each network has `signInTriesGuessedAtMax` tries at the account, and past `mailPerAccount` the address gets no
 * other mail of the kind for a while: the link in the last one is good for longer than that.
 */
export const brakes = {
  signInPerAccountAndNetwork: { max: 10, minutes: 15, failures: true },
  signInPerAccount: { max: 100, minutes: 15, failures: true },
  signInPerNetwork: { max: 100, minutes: 15, failures: true },
  signUpPerNetwork: { max: 20, minutes: 60, failures: false },
  mailPerAccount: { max: 3, minutes: 15, failures: false },
  mailPerNetwork: { max: 30, minutes: 60, failures: false },
  /** Each beginning of a sign-in by passkey or by another site writes a row, which stays for minutes. */
  challengePerNetwork: { max: 60, minutes: 5, failures: false },
  secretPerNetwork: { max: 30, minutes: 15, failures: true },
} as const
export type Brake = keyof typeof brakes
