/** Bounds of the local runner. */
export const limits = {
  /** What a service gets to end by itself before it is killed. */
  stopGraceMs: 12_000,
  restartDelayMsMin: 250,
  restartDelayMsMax: 15_000,
  /** A service that ran this long restarts its backoff. */
  steadyAfterMs: 30_000,
  readyPollMs: 50,
  /** After this long without all being ready, say which are not. */
  readySlowMs: 15_000,
  /** Between two lines about how far a service is with the log. */
  progressMs: 2_000,
  /** npm passes a Ctrl-C on that the terminal has sent already: what comes this soon is the same one. */
  sameSignalMs: 500,
  parentPollMs: 1_000,
  changesSettleMs: 150,
  logLineCharsMax: 100_000,
  welcomePagesMax: 50,
  /** How long the first post may take from the log to the readers. */
  welcomeShownSeconds: 15,
} as const
