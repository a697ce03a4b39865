import { z } from 'zod'
import { timestamp } from '../text.ts'

const position = z.number().int().min(0)

/** `GET …/proof`: what should have happened by the log, against what did. */
export const subscriptionProof = z.object({
  ok: z.boolean(),
  epoch: z.number().int(),
  /** The events examined stand after `after`, up to `upTo`. */
  after: position,
  upTo: position,
  expected: z.number().int(),
  acknowledged: z.number().int(),
  skipped: z.number().int(),
  parked: z.number().int(),
  outstanding: z.number().int(),
  /**
   * The first thing wrong. `missing`: in the log, and neither settled nor waiting. `doubled`: settled twice, or settled and
   * waiting. `reordered`: settled before an earlier one of its subject. `unexpected`: settled, and not the
   * subscription's. `hash`: a consumer's rolling hash does not follow from the log; `position` is its last event.
   */
  fault: z
    .object({
      kind: z.enum(['missing', 'doubled', 'reordered', 'unexpected', 'hash']),
      position,
      detail: z.string(),
    })
    .nullable(),
  /** The rolling hash of each consumer as it follows from the log and the order of acknowledgement. */
  consumers: z.array(
    z.object({
      consumer: z.string(),
      count: z.number().int(),
      hash: z.string(),
      /** How many of them the consumer has vouched for by naming the same hash; 0 if it never has. */
      confirmed: z.number().int(),
    }),
  ),
  /** The latest skipped, at most a hundred. */
  latestSkipped: z.array(z.object({ position, consumer: z.string(), reason: z.string(), at: timestamp })),
})
export type SubscriptionProof = z.infer<typeof subscriptionProof>
