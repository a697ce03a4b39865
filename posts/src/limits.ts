/** Every bound of this service that is not the contracts' own. */
export const limits = {
  /** Characters of the posts of one import that are appended at once: in any script, they fit into one request to the log. */
  appendedAtOnceCharsMax: 2_000_000,
  /** A page of long posts ends early. */
  pageBytesMax: 4 * 1024 * 1024,
  /** Posts whose state is kept at hand for the next command; the longest take about 400 kB each. */
  cachedPostsMax: 200,
  /** How many slugs are tried for one post. */
  slugTriesMax: 40,
  /** How many of them are tried one after the other, before the steps double. */
  slugStepsMax: 8,
  /** Of how many slugs it is remembered where the numbers have got to. */
  slugHintsMax: 1_000,
  /** Of how many posts to be imported it is remembered which slug they were promised. */
  slugPromisesMax: 100_000,
  /** How long the addresses of posts to be imported wait for the view, and how far behind it may be for that. */
  viewWaitMsMax: 2_000,
  viewLagEventsMax: 1_000,
  /** Lines, and words of changed lines, that two versions may differ in and still be compared one by one. */
  diffLinesMax: 1_000,
  diffWordsMax: 200,
  /** Unchanged lines shown beside a change. */
  diffContextLines: 3,
} as const
