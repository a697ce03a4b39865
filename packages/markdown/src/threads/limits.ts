/** Bounds of rendering in a process that answers readers. */
export const limits = {
  /** Processor time of one text: this, and so much more for each thousand characters. An ordinary text takes a hundredth. */
  cpuMsMax: 150,
  cpuMsMaxPerThousandChars: 15,
  /** Time of one text on a machine that gives its thread no processor. */
  wallMsMax: 20_000,
  /** How soon a thread is looked at again that has nearly had its time. */
  pauseMsMin: 5,
  /** How long a thread may take to start. */
  startMsMax: 60_000,
  threadMemory: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 },
  /** Texts that wait for a thread; more are shown as typed. */
  jobsMax: 5_000,
  /** Texts of one reader that go to a thread together: each message costs as much as a short comment. */
  togetherJobsMax: 20,
  togetherCharsMax: 20_000,
  /** A longer post is rendered beside the other texts of its page, in another thread. */
  postTogetherCharsMax: 10_000,
  /** How long a reader waits for a text before it is shown as typed. It is rendered for the next. */
  waitMsMax: 20_000,
  /** Texts that took too long and are not tried again. */
  overdueMax: 10_000,
} as const
