import type { Waiting } from '../outbox/outbox.ts'

/** What takes messages away: one way to people. */
export interface Sender {
  /**
   * Resolves once the effects, all of one receiver, are handed over in one message. Throws `Undelivered` where it knows why they are not,
   * and a `Problem` for a fault on this side, which is no try.
   */
  send(effects: readonly Waiting[]): Promise<void>
  close?(): Promise<void> | void
}
