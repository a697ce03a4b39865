import { z } from 'zod'
import { bounds } from '../bounds.ts'
import { entityId, line, text, timestamp, webAddress } from '../text.ts'
import { defineEvent, eventsByType, onStream, streamName } from './define.ts'
import { doer, personalDoer } from './doer.ts'

const count = z.number().int().min(0)
const bytes = count
const reason = text({ charsMin: 1, charsMax: bounds.reasonCharsMax })
const pixels = z.number().int().min(1)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex')
/** Counts the leases of a job from 1. It is the fencing token: a result under an older lease is refused. */
export const lease = z.number().int().min(1)

/** A file's name as people see it: one line without slashes, made safe by the service. */
export const mediaName = line({ charsMin: 1, charsMax: bounds.mediaNameCharsMax })
export const mediaAlt = line({ charsMax: bounds.coverAltCharsMax })
/** Where the eye goes, as parts of width and height from the upper left: what a crop keeps. */
export const focalPoint = z.object({ x: z.number().min(0).max(1), y: z.number().min(0).max(1) })
/** Filters by name, applied in order, such as `swap-red-blue`. */
export const filterNames = z
  .array(z.string().regex(/^[a-z][a-z-]{0,39}$/, 'must be the name of a filter'))
  .max(bounds.mediaFiltersMax)

/** Bytes in storage. `key` names the object: several media share one where their bytes are the same. */
export const storedObject = z.object({ key: z.string().min(1).max(200), sha256, bytes })
export type StoredObject = z.infer<typeof storedObject>

/** One form of a medium that can be downloaded; `original` is one of them. `width` and `height` are null where it is no picture. */
export const mediaVariant = storedObject.extend({
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,39}$/, 'must be the name of a variant'),
  type: z.string().min(3).max(100),
  width: pixels.nullable(),
  height: pixels.nullable(),
})
export type MediaVariant = z.infer<typeof mediaVariant>

/** What a page knows of a picture before it is loaded. `blurhash` and `colour` (`#rrggbb`) stand in its place meanwhile. */
export const pictureFacts = z.object({
  width: pixels,
  height: pixels,
  animated: z.boolean(),
  colour: z
    .string()
    .regex(/^#[0-9a-f]{6}$/)
    .nullable(),
  blurhash: z.string().max(100).nullable(),
})
export type PictureFacts = z.infer<typeof pictureFacts>

export const workSteps = ['fetching', 'making', 'storing'] as const
export const workStep = z.enum(workSteps)

/**
 * Where the reason of a failure lies: the other host can't be reached, by name or connection; elsewhere outside of this service (an answer
 * of the other host, the file, what its owner may store); or in this service itself. Absent from older events.
 */
export const faultPlaces = ['host', 'outside', 'service'] as const
export const faultPlace = z.enum(faultPlaces)
export type FaultPlace = z.infer<typeof faultPlace>

/** Null for what the operator brought. */
const ownerId = entityId.nullable()
const by = doer.nullable()

export const mediaSubject = streamName('media-{mediumId}')
const medium = { by: ['media'], stream: onStream(mediaSubject, 'id') } as const

/** What a file is called and shows is whose it is. */
const owner = (data: { ownerId: string | null }) => data.ownerId

export const mediaEvents = eventsByType(
  /** By link (`url`) or by upload (`upload`, already in storage); one of the two is null, and both once its owner was erased. */
  defineEvent('MediaRequested', {
    ...medium,
    summary: 'Someone wants a file by link, or uploaded one.',
    data: z.object({
      id: entityId,
      ownerId,
      url: webAddress.nullable(),
      upload: storedObject.nullable(),
      name: mediaName,
      alt: mediaAlt,
      filters: filterNames,
      /** True where its owner wants EXIF and GPS kept. */
      keepsMetadata: z.boolean(),
      /** A picture that its owner may show beside their name, and nowhere else. */
      use: z.literal('portrait').optional(),
      /** An import brought it. */
      imported: z.literal(true).optional(),
      requestedAt: timestamp,
      erased: z.literal(true).optional(),
    }),
    personal: {
      owner,
      fields: ['url', 'upload', 'name', 'alt'],
      erased: () => ({ url: null, upload: null, name: '[erased]', alt: '', erased: true }),
    },
  }),
  /** A worker has the job for as long as it sends heartbeats. `attempt` counts from 1 since the request or the last retry. */
  defineEvent('MediaClaimed', {
    ...medium,
    summary: 'A worker has the job under a lease, whose number is the fencing token.',
    data: z.object({
      id: entityId,
      lease,
      attempt: z.number().int().min(1),
      worker: line({ charsMin: 1, charsMax: bounds.nameCharsMax }),
      claimedAt: timestamp,
    }),
    personal: 'none',
  }),
  /** At most one a second and job. `total` is null where the other host does not say. */
  defineEvent('MediaProgressed', {
    ...medium,
    summary: 'How far a worker is; at most once a second.',
    data: z.object({
      id: entityId,
      lease,
      step: workStep,
      bytes,
      total: bytes.nullable(),
      progressedAt: timestamp,
    }),
    personal: 'none',
  }),
  /** `picture` is null where it is none. `notes` say what was left out and why, such as a poster without ffmpeg. */
  defineEvent('MediaFinished', {
    ...medium,
    summary: 'All forms of a file are in storage, and which they are.',
    data: z.object({
      id: entityId,
      ownerId,
      lease,
      type: z.string().min(3).max(100),
      picture: pictureFacts.nullable(),
      variants: z.array(mediaVariant).max(bounds.mediaVariantsMax),
      notes: z.array(reason).max(10),
      finishedAt: timestamp,
    }),
    personal: {
      owner,
      fields: ['picture', 'variants'],
      erased: () => ({ picture: null, variants: [] }),
    },
  }),
  /** An attempt failed. `retryAt` is null where no other follows. */
  defineEvent('MediaFailed', {
    ...medium,
    summary: 'An attempt failed, and why.',
    data: z.object({
      id: entityId,
      lease,
      attempt: z.number().int().min(1),
      reason,
      fault: faultPlace.optional(),
      retryAt: timestamp.nullable(),
      failedAt: timestamp,
    }),
    personal: 'none',
  }),
  /** The job waits for something that is not its fault, such as room on the disk: no attempt is counted. */
  defineEvent('MediaPostponed', {
    ...medium,
    summary: 'A job waits for something that is not its fault.',
    data: z.object({ id: entityId, lease, reason, retryAt: timestamp, postponedAt: timestamp }),
    personal: 'none',
  }),
  /** No attempt follows until somebody asks for one. */
  defineEvent('MediaParked', {
    ...medium,
    summary: 'No attempt follows until somebody asks for one.',
    data: z.object({
      id: entityId,
      attempts: count,
      reason,
      fault: faultPlace.optional(),
      parkedAt: timestamp,
    }),
    personal: 'none',
  }),
  /** The job is back at the place in the queue that its request had. */
  defineEvent('MediaRetried', {
    ...medium,
    summary: 'Somebody asked for another attempt.',
    data: z.object({ id: entityId, by, retriedAt: timestamp }),
    personal: personalDoer,
  }),
  defineEvent('MediaCancelled', {
    ...medium,
    summary: 'Somebody stopped a job.',
    data: z.object({ id: entityId, by, cancelledAt: timestamp }),
    personal: personalDoer,
  }),
  /** All of name, alternative text and focal point from now on. */
  defineEvent('MediaDescribed', {
    ...medium,
    summary: 'The name, the alternative text and the focal point of a file.',
    data: z.object({
      id: entityId,
      ownerId,
      name: mediaName,
      alt: mediaAlt,
      focus: focalPoint.nullable(),
      describedAt: timestamp,
    }),
    personal: { owner, fields: ['name', 'alt'], erased: () => ({ name: '[erased]', alt: '' }) },
  }),
  /** The focal point of a finished picture changed. The next lease makes its crops again, and keeps all else. */
  defineEvent('MediaCropRequested', {
    ...medium,
    summary: 'The crops of a picture are to be made again, around another focal point.',
    data: z.object({ id: entityId, focus: focalPoint.nullable(), requestedAt: timestamp }),
    personal: 'none',
  }),
  /** Its files go with it, but for those that another medium shares. */
  defineEvent('MediaRemoved', {
    ...medium,
    summary: 'A file is gone, with all its forms.',
    data: z.object({ id: entityId, by, removedAt: timestamp }),
    personal: personalDoer,
  }),
)
