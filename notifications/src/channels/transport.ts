import type { QueuedEffect } from '../outbox/outbox.ts'

/** The transport of one channel. */
export interface Transport {
  /**
   * Sends effects of one receiver in one message. Throws `Undelivered` with the reason if the receiver refuses it, and a `Problem`
   * for a fault on this side, which does not count as an attempt.
   */
  send(effects: readonly QueuedEffect[]): Promise<void>
  close?(): Promise<void> | void
}
