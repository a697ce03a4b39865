import { z } from 'zod'
import { eventType, type RecordedEvent } from '../envelope.ts'
import { text, webAddress } from '../text.ts'
import { recordedEvent } from './log-events.ts'
import { type LogIdentity, logIdentity } from './log-identity.ts'

/** Bounds of what one request about a subscription may ask for. */
export const subscriptionBounds = {
  nameCharsMax: 100,
  consumerCharsMax: 100,
  typesMax: 100,
  callersMax: 20,
  prefixCharsMax: 200,
  attemptsMax: 100,
  backoffMsMax: 24 * 60 * 60_000,
  timeoutMsMax: 60_000,
  leaseMsMin: 50,
  leaseMsMax: 12 * 60 * 60_000,
  concurrencyMax: 100,
  /** Deliveries in one claim, tokens in one acknowledgement. */
  claimMax: 1_000,
  /** How long one claim may wait for something to come. */
  waitMsMax: 30_000,
  delayMsMax: 24 * 60 * 60_000,
  reasonCharsMax: 500,
  replayMax: 5_000,
  pageSizeMax: 1_000,
} as const

const whole = (bounds: { min: number; max: number }) => z.number().int().min(bounds.min).max(bounds.max)
const position = z.number().int().min(0)
const token = z.number().int().min(1)
const leaseMs = whole({ min: subscriptionBounds.leaseMsMin, max: subscriptionBounds.leaseMsMax })
const reason = text({ charsMax: subscriptionBounds.reasonCharsMax })
const name = (charsMax: number) =>
  z
    .string()
    .max(charsMax, `must be at most ${charsMax} characters`)
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'must hold letters, digits, dots, dashes or underscores')

export const subscriptionName = name(subscriptionBounds.nameCharsMax)

const backoff = z
  .strictObject({
    initialMs: whole({ min: 1, max: subscriptionBounds.backoffMsMax }).default(1_000),
    maxMs: whole({ min: 1, max: subscriptionBounds.backoffMsMax }).default(600_000),
  })
  .refine(({ initialMs, maxMs }) => initialMs <= maxMs, 'initialMs must not be more than maxMs')

/** The name of a caller, as its token is filed under. */
const callerName = z
  .string()
  .max(subscriptionBounds.nameCharsMax)
  .regex(/^[a-z][a-z-]*$/, 'must be the name of a caller')

const common = {
  /** Names of callers that may claim, settle and see it, besides the operator; absent means none. */
  callers: z.array(callerName).max(subscriptionBounds.callersMax).optional(),
  /** Only these types; absent means all. */
  types: z.array(eventType).min(1).max(subscriptionBounds.typesMax).optional(),
  /** Only streams whose name begins so. */
  subjectPrefix: z
    .string()
    .min(1)
    .max(subscriptionBounds.prefixCharsMax)
    .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces')
    .optional(),
  /** Where it begins, when it is made: with the first event, with what comes from now on, or after a position. */
  from: z
    .union([z.literal('start'), z.literal('now'), position], 'must be start, now or a position')
    .default('start'),
  /** Deliveries of one event before it is parked. */
  attempts: whole({ min: 1, max: subscriptionBounds.attemptsMax }).default(12),
  /** Between attempts: doubling from `initialMs` up to `maxMs`, jittered down to half. */
  backoff: backoff.prefault({}),
}

/** A secret of Standard Webhooks: 24 to 64 bytes in base64 behind `whsec_`. */
export const webhookSecret = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, 'must be whsec_ and 24 to 64 bytes in base64')

/**
 * `PUT /subscriptions/:name`. *pull*: consumers claim deliveries and hold each for `leaseMs`. *push*: the bus posts to `url`, up to
 * `concurrency` requests at a time; `event` is one event a request as `application/json`, `cloudevents` the same in
 * structured mode, `batch` an array of events of different streams. A missing `secret` is made up.
 */
export const putSubscription = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('pull'), ...common, leaseMs: leaseMs.default(30_000) }),
  z.strictObject({
    mode: z.literal('push'),
    ...common,
    url: webAddress,
    timeoutMs: whole({ min: 1, max: subscriptionBounds.timeoutMsMax }).default(10_000),
    concurrency: whole({ min: 1, max: subscriptionBounds.concurrencyMax }).default(8),
    format: z.enum(['event', 'cloudevents', 'batch']).default('event'),
    secret: webhookSecret.optional(),
  }),
])
export type SubscriptionSettings = z.infer<typeof putSubscription>
export type PushSettings = Extract<SubscriptionSettings, { mode: 'push' }>

const consumer = name(subscriptionBounds.consumerCharsMax)

/** `POST …/claim`. `consumer` is who keeps a rolling hash, the same name from one start to the next. */
export const claimDeliveries = z.strictObject({
  max: whole({ min: 1, max: subscriptionBounds.claimMax }).default(1),
  waitMs: whole({ min: 0, max: subscriptionBounds.waitMsMax }).default(0),
  leaseMs: leaseMs.optional(),
  consumer: consumer.default('default'),
})
export type ClaimDeliveries = z.infer<typeof claimDeliveries>

/** One entry of a claim's answer. */
export interface ClaimedDelivery {
  event: RecordedEvent
  /** Counts from 1. */
  attempt: number
  /** Fences: it rises from claim to claim, and once the lease has gone to someone else it is refused. */
  token: number
  leaseUntil: string
  /** The position of the subscription's event before this one in the log, 0 for its first. The same on every attempt. */
  previous: number
  /** Rises when the subscription is reset: rolling hashes then begin again at the empty one. */
  epoch: number
  /** Which log the positions are of. */
  log: LogIdentity
}

/** The answer to a claim has an array of these. */
export const claimedDelivery = z
  .object({
    event: recordedEvent,
    attempt: z.number().int(),
    token: z.number().int(),
    leaseUntil: z.iso.datetime(),
    previous: z.number().int(),
    epoch: z.number().int(),
    log: logIdentity,
  })
  .meta({ id: 'ClaimedDelivery' }) satisfies z.ZodType<Record<keyof ClaimedDelivery, unknown>>

/** SHA-256 in hexadecimal digits. */
export const rollingHash = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hexadecimal digits')

const tokens = z.array(token).min(1).max(subscriptionBounds.claimMax)

/**
 * `POST …/ack`. With `hash`, the consumer's rolling hash after the last of these events: H0 is the empty string, and
 * Hn = sha256(Hn-1 + "\n" + position + " " + id). Events count in the order of `tokens`, all claimed by one consumer. A consumer
 * keeps the last hash that was answered, with its own data, and rolls on from it. No answer: send the same again; if it had
 * come through, that is answered 200 once more. 409 with `stale`: those events are not its own any more, and not in its
 * hash. 409 with `expected`: the two sides do not agree on what was acknowledged before.
 */
export const acknowledge = z
  .strictObject({ token: token.optional(), tokens: tokens.optional(), hash: rollingHash.optional() })
  .refine((body) => (body.token === undefined) !== (body.tokens === undefined), {
    path: ['token'],
    message: 'give either token or tokens',
  })
  .transform(({ token, tokens, hash }) => ({ tokens: tokens ?? (token === undefined ? [] : [token]), hash }))
/** `acknowledged` is 0 where they were acknowledged before. It has the state of each consumer concerned. */
export const acknowledged = z.object({
  acknowledged: z.number().int(),
  consumers: z.array(z.object({ consumer: z.string(), count: z.number().int(), hash: z.string() })),
})
export type Acknowledged = z.infer<typeof acknowledged>

/** `POST …/nack`. `delayMs` can lengthen the backoff, not shorten it. */
export const refuseDelivery = z.strictObject({
  token,
  action: z.enum(['retry', 'park', 'skip']).default('retry'),
  delayMs: whole({ min: 0, max: subscriptionBounds.delayMsMax }).default(0),
  reason: reason.default(''),
})
export type RefuseDelivery = z.infer<typeof refuseDelivery>

/** `POST …/extend`: the lease lasts that long from now. */
export const extendLease = z.strictObject({ token, leaseMs: leaseMs.optional() })
export const extendedLease = z.object({ token: z.number().int(), leaseUntil: z.iso.datetime() })

/** `POST …/reset`: what is delivered next stands after this position. */
export const resetSubscription = z.strictObject({ position })

/** `POST …/parked/replay`: all, or one subject's, lowest positions first, `max` at most. */
export const replayParked = z.strictObject({
  subject: z.string().min(1).max(200).optional(),
  max: whole({ min: 1, max: subscriptionBounds.replayMax }).default(subscriptionBounds.replayMax),
})
export type ReplayParked = z.infer<typeof replayParked>

/** `POST …/parked/skip`: gives one up for good, on record. */
export const skipParked = z.strictObject({ position, reason: reason.default('') })
