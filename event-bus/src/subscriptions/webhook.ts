import { createHmac, createSecretKey, hash, type KeyObject, randomBytes } from 'node:crypto'
import { headers } from '@logbook/contracts/http/headers.ts'
import type { LogIdentity } from '@logbook/contracts/http/log-identity.ts'
import { mediaTypes } from '@logbook/contracts/http/media-types.ts'
import type { PushSettings } from '@logbook/contracts/http/subscriptions.ts'
import type { Leased } from './delivery.ts'

const secretPrefix = 'whsec_'
const secretBytes = 32

export const newSecret = (): string => secretPrefix + randomBytes(secretBytes).toString('base64')

/** The key of a `whsec_` secret, cached: creating it costs as much as signing with it. */
const signingKey = (secret: string): KeyObject =>
  createSecretKey(Buffer.from(secret.slice(secretPrefix.length), 'base64'))

/**
 * Standard Webhooks: `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`. `timestamp` is in seconds since 1970.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
const signature = (key: KeyObject, message: { id: string; timestamp: number; body: string }): string => {
  const signed = `${message.id}.${message.timestamp}.${message.body}`
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`
}

const keys = new WeakMap<PushSettings, KeyObject>()

const keyOf = (settings: PushSettings): KeyObject => {
  const key = keys.get(settings) ?? signingKey(settings.secret ?? '')
  keys.set(settings, key)
  return key
}

export interface Webhook {
  /** A flat list of names and values. */
  headers: string[]
  body: string
}

const contentTypes = {
  event: mediaTypes.json,
  cloudevents: mediaTypes.cloudEvent,
  batch: mediaTypes.cloudEventBatch,
} as const

/** Ids contain no white space, so that two lists of ids never give the same text. */
const batchIdOf = (deliveries: readonly Leased[]): string =>
  `batch-${hash('sha256', deliveries.map(({ id }) => id).join('\n'), 'base64url')}`

/**
 * The request that delivers these events. `webhook-id` is the same on every attempt, so that consumers can detect repetitions: the
 * event's id, or for a batch a hash of the ids of its events, since the next attempt may have others. Own headers have the attempt, the
 * subscription, the position before, and the log of the positions.
 */
export const webhookOf = (
  { name, settings }: { name: string; settings: PushSettings },
  {
    deliveries,
    texts,
    now,
    log,
  }: { deliveries: readonly Leased[]; texts: readonly string[]; now: number; log: LogIdentity },
): Webhook => {
  const [first] = deliveries
  if (first === undefined) throw new Error('a delivery holds at least one event')
  const batch = settings.format === 'batch'
  const body = batch ? `[${texts.join(',')}]` : (texts[0] ?? '')
  const id = batch ? batchIdOf(deliveries) : first.id
  const timestamp = Math.floor(now / 1_000)
  return {
    body,
    headers: [
      'Content-Type',
      `${contentTypes[settings.format]}; charset=utf-8`,
      'Content-Length',
      String(Buffer.byteLength(body)),
      'User-Agent',
      'Logbook-Event-Bus',
      'webhook-id',
      id,
      'webhook-timestamp',
      String(timestamp),
      'webhook-signature',
      signature(keyOf(settings), { id, timestamp, body }),
      'Subscription-Name',
      name,
      'Delivery-Attempt',
      String(first.attempts),
      'Delivery-Token',
      String(first.state.token),
      'Delivery-Position',
      String(first.position),
      'Previous-Position',
      String(first.previous),
      headers.logId,
      log.id,
      headers.logEpoch,
      String(log.epoch),
    ],
  }
}
