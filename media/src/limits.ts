const MiB = 1024 * 1024

/** Every bound of this service that is not the contracts' own. */
export const limits = {
  /** Parked jobs that one request of the operator retries. */
  parkedRetriedMax: 1_000,
  /** How long an answer waits for the view to have its events: of people, and of workers. */
  viewMsMax: 2_000,
  workViewMsMax: 5_000,
  /** Over how many minutes the rate of a worker is taken, and for how many its jobs are counted: a day. */
  rateMinutes: 10,
  paceMinutesMax: 1_440,
  pacedWorkersMax: 100,
  /** Attempts at a job before it is parked. */
  attemptsMax: 5,
  /** The wait after the first failed attempt; each further one is four times as long. */
  retryFirstMs: 2_000,
  retryMsMax: 600_000,
  /** How long a job waits that was postponed, for want of room for instance. */
  postponedMs: 15_000,
  /** For how long other jobs do not try a host that could not be reached, longer than any pause of the job that does. */
  hostRestMs: 600_000,
  hostsRestingMax: 1_000,
  /** Jobs of such hosts that are parked in one turn of housekeeping. */
  givenUpMax: 50,
  /** A worker that gives no sign of life for so long has lost its job. */
  leaseMs: 30_000,
  leaseCheckMs: 1_000,
  /** Between two looks at a storage that is full or away. */
  storageLookMs: 5_000,
  /** Between two comparisons of the storage with the log; and while files are missing. */
  storageCheckMs: 86_400_000,
  storageCheckRetryMs: 300_000,
  /** Between two events of progress of one job. */
  progressMsMin: 1_000,
  /** One person's jobs that are not finished. */
  openJobsPerPersonMax: 2_000,
  /** Below so much free space no job is given out: finishing it would fail. */
  freeBytesMin: 256 * MiB,
  fileBytesMax: 2 * 1024 * MiB,
  personBytesMax: 20 * 1024 * MiB,
  /** Uploads that one person has begun and not completed. */
  openUploadsPerPersonMax: 100,
  /** After so long an upload that was begun and not completed is removed. */
  uploadCheckMs: 60_000,
  uploadAgeMsMax: 7 * 86_400_000,
  /** And only if no byte of it has come for so long. */
  uploadStillMsMin: 3_600_000,
  /** Portraits that one person may send within so many seconds. One that is not shown after so long is removed. */
  portraitsPerPersonMax: 20,
  portraitsWindowS: 3_600,
  portraitUnshownMsMax: 3_600_000,
  portraitCheckMs: 60_000,
  progressHeartbeatMs: 15_000,
  progressStreamsMax: 500,
  /** Small variants that are kept in memory: together, and each. */
  atHandBytesMax: 32 * MiB,
  atHandObjectBytesMax: 256 * 1024,
  /** A crop changes with the focal point, and a portrait may be removed. */
  cropAgeSecondsMax: 300,
  /** Any other variant never changes: its address has the medium's id. What is private is kept by its reader alone. */
  variantAgeSecondsMax: 86_400,
} as const
