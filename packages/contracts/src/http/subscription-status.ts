import { z } from 'zod'
import { timestamp } from '../text.ts'

const position = z.number().int().min(0)

const failure = {
  /** The HTTP status of the last attempt, where there was one. */
  status: z.number().int().nullable(),
  reason: z.string(),
  bodyExcerpt: z.string().nullable(),
}

/** One entry of `GET …/parked`, in log order. */
export const parkedDelivery = z.object({
  position,
  id: z.string(),
  subject: z.string(),
  /** `failed` itself, or `behind` one that did. */
  kind: z.enum(['failed', 'behind']),
  attempts: z.number().int(),
  ...failure,
  firstAttemptAt: timestamp.nullable(),
  lastAttemptAt: timestamp.nullable(),
  parkedAt: timestamp,
})
export type ParkedDelivery = z.infer<typeof parkedDelivery>

/**
 * When the place of a subscription was last set to another, and why. `asked`: by `POST …/reset`. The rest is found by the bus when it
 * starts: `log-restored`, the log is the same in a later epoch; `other-log`, its id is another; `log-differs`, id and epoch are the
 * same, but it ends before the place or has other events. `to` is then as far as both logs are known to be the same.
 */
const subscriptionReset = z.object({
  from: position,
  to: position,
  at: timestamp,
  reason: z.enum(['asked', 'log-restored', 'other-log', 'log-differs']),
})

/** `GET /subscriptions/:name`; its ETag is `revision`. */
export const subscriptionStatus = z.object({
  name: z.string(),
  revision: z.number().int(),
  state: z.enum(['active', 'paused', 'ended']),
  /** Why it stands still at the moment, if it does without having been told to. */
  fault: z.string().nullable(),
  settings: z.looseObject({ mode: z.enum(['pull', 'push']) }),
  createdAt: timestamp,
  epoch: z.number().int(),
  /** Null where it was never reset. */
  reset: subscriptionReset.nullable(),
  /** Everything up to here is acknowledged, skipped or parked, or was parked and is tried again. It moves forwards, but for a `reset`. */
  place: position,
  /** Positions of the log after `place`. */
  lag: z.number().int(),
  /** Read from the log and not settled yet, and how many of them are out at a consumer. */
  outstanding: z.number().int(),
  leased: z.number().int(),
  oldestUnacknowledgedMs: z.number().int().nullable(),
  /** Deliveries so far, again and again ones included. */
  attempts: z.number().int(),
  acknowledged: z.number().int(),
  skipped: z.number().int(),
  parked: z.number().int(),
  /** Acknowledgements over the last minute. */
  ratePerSecond: z.number(),
  /** Events that have failed and will be tried again, at most ten. */
  retrying: z.array(
    z.object({
      position,
      id: z.string(),
      subject: z.string(),
      attempts: z.number().int(),
      nextAttemptAt: timestamp.nullable(),
      ...failure,
    }),
  ),
})
export type SubscriptionStatus = z.infer<typeof subscriptionStatus>
