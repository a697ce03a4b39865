/** Every bound of the crash program. */
export const limits = {
  secondsMax: 3_600,
  writersMax: 64,
  followersMax: 16,
  claimersMax: 16,

  /** Between two kills, the time that the bus is away not counted. */
  calmMs: { min: 200, max: 1_200 },
  /** Between a kill and the next start. */
  downMs: { min: 0, max: 400 },
  /** Between two appends of one writer. */
  writerPauseMsMax: 10,

  appendMsMax: 5_000,
  retryPauseMs: 50,
  /** Longer than a bus takes to come back, so that it has leases to remember. */
  leaseMs: 1_500,
  claimEventsMax: 30,
  claimWaitMs: 200,
  /** Far above what a bounded run can use up: nothing is to be parked here. */
  attemptsMax: 100,

  /** How long everyone may take, once nothing is killed any more, to come to the end of the log. */
  settleMsMax: 60_000,
  startMsMax: 20_000,
  saidCharsMax: 4_000,
} as const
