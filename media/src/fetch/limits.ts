/** Every bound of fetching from other hosts. */
export const limits = {
  redirectsMax: 5,
  /** Until the headers have come. */
  headersMs: 20_000,
  /** Between two pieces of the body. */
  idleMs: 30_000,
  /** A host that gives less on average over so long is too slow. */
  paceMs: 60_000,
  bytesPerPaceMin: 60 * 1024,
  /** A host that takes longer for the whole is too slow as well: a worker fetches nothing else meanwhile. */
  wholeMs: 3_600_000,
  /** How often a connection that broke is taken up again, and how long is waited before. */
  resumesMax: 5,
  resumeDelay: { initial: 200, max: 10_000 },
} as const

export type FetchLimits = {
  [Name in keyof typeof limits]: (typeof limits)[Name] extends number
    ? number
    : { initial: number; max: number }
}
