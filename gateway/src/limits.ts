/** Bounds of the gateway. */
export const limits = {
  /** A service that says nothing for this long is taken to be gone. Streams send heartbeats more often. */
  upstreamSilenceMsMax: 60_000,
  connectionsPerServiceMax: 512,
  healthWaitMsMax: 1_500,
  visitorSecondsMax: 365 * 24 * 60 * 60,
} as const
