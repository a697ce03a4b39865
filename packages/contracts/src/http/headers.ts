/** Header names of our own, beside the standard ones (ETag, If-Match, Link, Prefer, Idempotency-Key, Retry-After). */
export const headers = {
  /** On every answer: the log position that the answer reflects, or that the command reached. */
  position: 'Position',
  /** On a read: do not answer from before this position; with `Prefer: wait=<seconds>` wait for it. */
  minPosition: 'Min-Position',
  /** Beside each position of the log: which log it is of. As a request header on a read of the log: what the reader knows of it. */
  logId: 'Log-Id',
  /** Rises at each restore of the log. 0 in a request: the reader has a position from before logs had an identity. */
  logEpoch: 'Log-Epoch',
  /** The checksum of the event at that position, which vouches for all before it. */
  logChecksum: 'Log-Checksum',
  requestId: 'X-Request-Id',
  /** From the gateway to services: proves that what it says of the browser in `X-Forwarded-For` is from it. */
  forwardedProof: 'X-Forwarded-Proof',
  /** From query, and pages made of its answers, to those who keep them: the state of the view that the answer is from. `http/validity.ts`. */
  viewState: 'View-State',
  /** Beside it: what the answer is made of, by names that `GET /validity` uses when that changes; separated by commas. */
  cacheTag: 'Cache-Tag',
  /** From the client to the gateway alone: which build a page is of, whose scripts and styles it names. */
  buildId: 'Build-Id',
  /** From the client to the gateway alone: the page shows a post whose views are counted. `http/counted-view.ts`. */
  countedView: 'Counted-View',
  /** From the gateway to the client alone: a page is asked for with this token wherever the name or the id of a reader with an account belongs. */
  readerTemplate: 'Reader-Template',
  /** From the gateway to the client alone: how many notices the caller has not read. */
  unreadNotices: 'Unread-Notices',
} as const
