/** Every bound of webmentions. */
export const limits = {
  /** Of one page of another host. */
  pageBytesMax: 1024 * 1024,
  headersMs: 10_000,
  /** For the whole of a page, redirects included. */
  pageMsMax: 20_000,
  redirectsMax: 5,
  /** Elements within each other of which the classes are looked at. */
  depthMax: 200,
  /** Of the texts of a page that are shown. */
  titleCharsMax: 200,
  excerptCharsMax: 500,
  formBytesMax: 8 * 1024,
  addressCharsMax: 2_000,
  /** Mentions that wait to be fetched, of all hosts and of one. More are answered with 429. */
  waitingMax: 1_000,
  waitingPerHostMax: 20,
  /** Mentions taken per host of the source in a window of so many seconds. */
  perHost: { mentionsMax: 30, windowS: 600 },
  fetchersMax: 2,
  attemptsMax: 6,
  retryMs: { initial: 60_000, max: 6 * 3_600_000 },
  /** Pages that one post tells that it links to them. */
  targetsPerPostMax: 50,
  rendering: { threads: 1, keptCharsMax: 1_000_000 },
  /** How long what became of a mention can be asked. */
  statusDaysMax: 30,
} as const
