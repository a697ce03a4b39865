/** Header names of our own, beside the standard ones (ETag, If-Match, Link, Prefer, Idempotency-Key, Retry-After). */
export const headers = {
  /** On every answer: the log position that the answer reflects, or that the command reached. */
  position: 'Position',
  /** On a read: do not answer from before this position; with `Prefer: wait=<seconds>` wait for it. */
  minPosition: 'Min-Position',
  requestId: 'X-Request-Id',
  /** From a view to the gateway alone: while it is the same, every answer that had an entity tag under it still holds. */
  viewState: 'View-State',
} as const
