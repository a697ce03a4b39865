/** The limits of this service; those of its API are in the contracts. */
export const limits = {
  /** Characters of the posts of one import that are appended together: in any script they fit into one request to the log. */
  appendedAtOnceCharsMax: 2_000_000,
  /** A page of long posts has fewer entries. */
  pageBytesMax: 4 * 1024 * 1024,
  /** Posts whose state is cached for the next command; the longest take about 400 kB each. */
  cachedPostsMax: 200,
  /** How often drafts are looked for whose time has come, and how many are published before the next look. */
  dueEveryMs: 1_000,
  dueAtOnceMax: 50,
  /** Slugs that are tried for one post. */
  slugTriesMax: 40,
  /** Consecutive numbers that are tried before the steps double. */
  slugStepsMax: 8,
  /** Slugs whose highest number is cached. */
  slugHintsMax: 1_000,
  /** Posts to be imported whose promised slug is cached. */
  slugPromisesMax: 100_000,
  /** How long a request for addresses waits for the view, and how far behind the view may be for that. */
  viewWaitMsMax: 2_000,
  viewLagEventsMax: 1_000,
  /** Of an `<img>` in a text, up to the address of its picture. */
  tagCharsMax: 4_000,
  /** Differing lines, and differing words of a line, up to which two versions are compared in detail. */
  diffLinesMax: 1_000,
  diffWordsMax: 200,
  /** Unchanged lines shown beside a change. */
  diffContextLines: 3,
} as const
