/** Bounds of the log that its description names. The bus has further ones. */
export const logBounds = {
  /** Body of one request, after decompression. */
  requestBytesMax: 16 * 1024 * 1024,
  /** One event, as JSON in UTF-8. */
  eventBytesMax: 1024 * 1024,
  /** Events in one atomic append. */
  eventsPerAppendMax: 1_000,
  /** Events in a page. */
  pageSizeDefault: 100,
  pageSizeMax: 1_000,
  /** Types in one filter. */
  typesMax: 100,
  /** Body of one request about a subscription. */
  subscriptionBytesMax: 256 * 1024,
} as const
