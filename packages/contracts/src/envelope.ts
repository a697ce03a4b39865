import { z } from 'zod'
import { absoluteUri, attributeText, integerMax, timestampAttribute, uriReference } from './cloud-events.ts'

/** Bounds of an event's envelope. The data itself is bounded in bytes by the bus. */
export const envelopeBounds = {
  idCharsMax: 200,
  subjectCharsMax: 200,
  typeCharsMax: 100,
  uriCharsMax: 500,
  mediaTypeCharsMax: 127,
} as const

const token = (charsMax: number) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(charsMax, `must be at most ${charsMax} characters`)
    .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces')

/** A stream's name, `post-0197…`: what CloudEvents calls the subject. */
export const subject = token(envelopeBounds.subjectCharsMax)
export const eventType = z
  .string()
  .max(envelopeBounds.typeCharsMax)
  .regex(
    /^[A-Za-z][A-Za-z0-9._-]*$/,
    'must start with a letter and hold letters, digits, dots, dashes or underscores',
  )

/**
 * Optimistic concurrency, per event: the stream's version before this append. `none` means the stream must not exist,
 * `any` (the default) does not look. Within one append, only the first event of a subject is compared.
 */
export const expectedVersion = z.union([z.literal('none'), z.literal('any'), z.number().int().min(0)])
export type ExpectedVersion = z.infer<typeof expectedVersion>

const causality = {
  /** The id of the request that began it all. */
  correlationid: attributeText(envelopeBounds.idCharsMax).optional(),
  /** The id of the event that this one answers. */
  causationid: attributeText(envelopeBounds.idCharsMax).optional(),
  traceparent: attributeText(envelopeBounds.idCharsMax).optional(),
  /** Fingerprint of the command behind an Idempotency-Key: the same key with another body is then a visible conflict. */
  commanddigest: attributeText(envelopeBounds.idCharsMax).optional(),
}

/**
 * What a publisher sends: a CloudEvent 1.0 of which it may leave out what the bus fills in (specversion, id, source, subject (`type`),
 * time, datacontenttype, dataversion), with `expectedversion` for this append alone.
 */
export const eventToAppend = z.looseObject({
  specversion: z.literal('1.0').optional(),
  id: token(envelopeBounds.idCharsMax).optional(),
  source: uriReference(envelopeBounds.uriCharsMax).optional(),
  type: eventType,
  subject: subject.optional(),
  time: timestampAttribute.optional(),
  datacontenttype: z
    .string()
    .max(envelopeBounds.mediaTypeCharsMax)
    .regex(/^application\/(?:[A-Za-z0-9][A-Za-z0-9!#$&^_.-]*\+)?json$/, 'must be a JSON media type')
    .optional(),
  dataschema: absoluteUri(envelopeBounds.uriCharsMax).nullish(),
  dataversion: z.number().int().min(1).max(integerMax).optional(),
  expectedversion: expectedVersion.optional(),
  ...causality,
  data: z.unknown(),
})
export type EventToAppend = z.infer<typeof eventToAppend>

/** An event as it stands in the log. `position` counts from 1 across the log, `version` from 1 within the stream. */
export interface RecordedEvent<Type extends string = string, Data = unknown> {
  specversion: '1.0'
  id: string
  source: string
  type: Type
  subject: string
  time: string
  /** A JSON media type; `application/json` unless the publisher named another. */
  datacontenttype: string
  dataversion: number
  position: number
  version: number
  correlationid?: string
  causationid?: string
  traceparent?: string
  commanddigest?: string
  data: Data
}

/** What a publisher learns of each event it appended. */
export interface Appended {
  id: string
  position: number
  subject: string
  version: number
  /** As it stands in the log, by whose clock it is unless the publisher gave one. */
  time: string
}

/** An event that a domain decided on; the shell adds ids, subject versions and causality before it appends it. */
export interface DomainEvent<Type extends string = string, Data = unknown> {
  type: Type
  subject: string
  data: Data
  /** For a stream other than the command's own: `none` reserves it. */
  expectedVersion?: ExpectedVersion
}
