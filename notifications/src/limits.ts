/** Every bound of this service that is not the contracts' own. */
export const limits = {
  formBytesMax: 4 * 1024,
  /** Of the outbox, parked messages in one answer. */
  parkedShownMax: 100,
  excerptCharsMax: 300,
  /** Of a person's notes, the latest. */
  inboxNotesMax: 500,
  inboxTrimmedEvery: 50,
  /** What a lane looks at in one go. */
  laneEffectsMax: 100,
  /** With the pauses between them, about two days. */
  attemptsMax: 20,
  retryMs: { initial: 1_000, max: 4 * 3_600_000 },
  /** A receiver that asks to be left alone is, for no longer. */
  retryAfterMsMax: 24 * 3_600_000,
  /** A fault of the way to the log or to accounts is tried again this soon. */
  awayMs: { initial: 100, max: 5_000 },
  /** News that could not be told for so long is none any more. */
  newsDaysMax: 7,
  /** For so long it is known that an effect was done. */
  doneDaysMax: 60,
  /** The hour of the day at which mails of a day go out in one, in the person's time zone. */
  dailyHour: 8,
  /** Notes in one mail; the rest are in the inbox. */
  notesPerMailMax: 30,
  /** Messages whose note a power cut may undo. */
  unsyncedMessagesMax: 10,
  sleepMsMax: 60_000,
  stopMsMax: 3_000,
  smtpMsMax: { connect: 20_000, greeting: 20_000, silence: 60_000 },
  hookMsMax: 10_000,
  addressesMsMax: 5_000,
  outboxMailsMax: 500,
  /** A confirmation that nobody gave is asked for again no earlier. */
  confirmationHoursMin: 1,
  confirmationDaysMax: 7,
  subscriptionsPerAddressMax: 50,
  /** The digest goes out on Mondays at this hour. */
  digestHour: 8,
  digestPostsMax: 5,
  digestCommentsMax: 5,
  digestsShownMax: 10,
  digestLookMs: 60_000,
  /** A digest that is later than this is not sent for that week. */
  digestLateDaysMax: 5,
  inboxStreamsMax: 1_000,
  inboxStreamsPerPersonMax: 5,
  heartbeatMs: 20_000,
} as const
