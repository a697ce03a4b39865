import { z } from 'zod'
import { bounds } from '../bounds.ts'
import {
  faultPlace,
  focalPoint,
  lease,
  mediaAlt,
  mediaName,
  mediaVariant,
  pictureFacts,
  storedObject,
  workStep,
} from '../events/media.ts'
import { mediaSettings } from '../events/media-settings.ts'
import { mediaStates } from '../media-kinds.ts'
import { entityId, line, text, timestamp, webAddress } from '../text.ts'

export const mediaState = z.enum(mediaStates)

/** What may be asked to be done to every form of a picture. An older log may name others. */
export const mediaFilters = [
  ...(['swap-red-blue', 'grayscale', 'sepia', 'invert', 'brighten', 'darken', 'saturate'] as const),
  ...(['blur', 'sharpen'] as const),
] as const
export type MediaFilter = (typeof mediaFilters)[number]
export const askedFilters = z.array(z.enum(mediaFilters)).max(bounds.mediaFiltersMax)

/** The id that an import chooses for a medium, as `id` of `POST /media` or of `Upload-Metadata`. */
export const chosenMediaId = entityId.lowercase('must be in lower case')

/**
 * `POST /media`: a worker fetches it from the other host. Without a name, the address gives one. `id` is for imports: the same id again
 * answers the medium that has it.
 */
export const requestMedia = z.strictObject({
  id: chosenMediaId.optional(),
  url: webAddress,
  name: mediaName.optional(),
  alt: mediaAlt.default(''),
  filters: askedFilters.default([]),
  /** As the settings of media have it where it is absent. */
  keepsMetadata: z.boolean().optional(),
})
export type RequestMedia = z.input<typeof requestMedia>

/** `PATCH /media/:id`: what is not named stays as it is. */
export const describeMedia = z
  .strictObject({ name: mediaName, alt: mediaAlt, focus: focalPoint.nullable() })
  .partial()
  .refine((given) => Object.keys(given).length > 0, 'must change something')
export type DescribeMedia = z.infer<typeof describeMedia>

/** Live: bytes done of `total`, which is null where it is not known; `rate` in bytes a second. */
export const mediaProgress = z.object({
  step: workStep,
  bytes: z.number().int(),
  total: z.number().int().nullable(),
  rate: z.number().nullable(),
  secondsLeft: z.number().nullable(),
})
export type MediaProgress = z.infer<typeof mediaProgress>

/** A form that can be downloaded from `url`, which is relative to the address of the API. */
export const variantAnswer = mediaVariant.omit({ key: true, sha256: true }).extend({ url: z.string() })

/** A medium as its owner and moderators see it. `isPublic` is true where a published post or its owner's portrait shows it. */
export const mediumAnswer = z.object({
  id: entityId,
  ownerId: entityId.nullable(),
  state: mediaState,
  /** Why the state is what it is, where there is something to say: a failure, a wait, a cancellation. */
  reason: z.string().nullable(),
  /** Where the reason of a failure lies: `host` (it can't be reached), `outside` (its answer, or the file) or `service` (this one). */
  fault: faultPlace.optional(),
  attempts: z.number().int(),
  /** When the next attempt may begin; null where none waits for a time. */
  retryAt: timestamp.nullable(),
  progress: mediaProgress.nullable(),
  name: z.string(),
  alt: z.string(),
  focus: focalPoint.nullable(),
  source: z.enum(['link', 'upload']),
  url: z.string().nullable(),
  filters: z.array(z.string()),
  type: z.string().nullable(),
  bytes: z.number().int().nullable(),
  picture: pictureFacts.nullable(),
  variants: z.array(variantAnswer),
  notes: z.array(z.string()),
  isPublic: z.boolean(),
  /** True where its owner shows it beside their name. */
  isPortrait: z.boolean(),
  /** The posts that show it, drafts too. */
  posts: z.array(entityId),
  requestedAt: timestamp,
  finishedAt: timestamp.nullable(),
})
export type MediumAnswer = z.infer<typeof mediumAnswer>

/** The newest picture that a person sent as their portrait. `picture` is what `PATCH /me` of accounts takes, once it is finished. */
export const portraitAnswer = mediumAnswer
  .pick({ id: true, state: true, reason: true })
  .extend({ picture: z.string().nullable() })
export type PortraitAnswer = z.infer<typeof portraitAnswer>

/** The settings that a worker needs. */
export const pictureSettings = mediaSettings.pick({
  ...{ pictureBytesMax: true, picturePixelsMax: true },
  ...{ widths: true, formats: true, quality: true },
})
export type PictureSettings = z.infer<typeof pictureSettings>

/** `PUT /media/settings`: settings that are absent stay as they are. */
export const putMediaSettings = z.strictObject(mediaSettings.shape).partial()
export type PutMediaSettings = z.infer<typeof putMediaSettings>

const workKind = line({ charsMin: 1, charsMax: bounds.nameCharsMax })

/**
 * `POST /work/claim` of a worker of some version. `kinds` is what it knows to do: `link`, `upload`, and `filter:` with the name of each filter.
 * It gets no job that needs another kind.
 */
export const claimWork = z.strictObject({
  worker: line({ charsMin: 1, charsMax: bounds.nameCharsMax }),
  version: line({ charsMin: 1, charsMax: bounds.nameCharsMax }),
  kinds: z.array(workKind).min(1).max(bounds.workKindsMax),
})
export type ClaimWork = z.infer<typeof claimWork>

/** What a worker is to do, and within which bounds. It holds `lease` for `leaseSeconds` after each sign of life. */
export const workAnswer = z.object({
  id: entityId,
  lease,
  attempt: z.number().int(),
  leaseSeconds: z.number(),
  url: z.string().nullable(),
  upload: storedObject.nullable(),
  name: z.string(),
  filters: z.array(z.string()),
  keepsMetadata: z.boolean(),
  /** `crop`: `upload` is the finished original, of which the crops alone are to be made. A worker that does not list `crop` gets no such job. */
  task: z.enum(['all', 'crop']).default('all'),
  focus: focalPoint.nullable().default(null),
  /** A small square is made of a portrait. A worker that does not list `portrait` gets no such job. */
  use: z.literal('portrait').optional(),
  /** What to make of a picture, by the settings at this moment. Absent from older services. */
  settings: pictureSettings.optional(),
  /** Where files lie (a folder, or an `s3://` address without keys), and what may be fetched by link. A worker's own settings count first. */
  storage: z.string().optional(),
  fetchAllow: z.array(z.string()).optional(),
  /** Under which the worker stores: `<prefix><variant>`. No other lease has the same. */
  keyPrefix: z.string(),
  fileBytesMax: z.number().int(),
})
export type WorkAnswer = z.infer<typeof workAnswer>

const held = { lease }
/** `POST /work/:id/heartbeat`. */
export const heartbeat = z.strictObject(held)
/** `POST /work/:id/progress`: a heartbeat as well. */
export const reportProgress = z.strictObject({
  ...held,
  step: workStep,
  bytes: z.number().int().min(0),
  total: z.number().int().min(0).nullable(),
})
/** `POST /work/:id/finish`: what was made and stored. */
export const finishWork = z.strictObject({
  ...held,
  type: z.string().min(3).max(100),
  picture: pictureFacts.nullable(),
  variants: z.array(mediaVariant).min(1).max(bounds.mediaVariantsMax),
  notes: z.array(text({ charsMin: 1, charsMax: bounds.reasonCharsMax })).max(10),
})
export type FinishWork = z.infer<typeof finishWork>
/** `POST /work/:id/fail`. `refused`: no attempt would help. `later`: it is not the job's fault, and no attempt is counted. */
export const failWork = z.strictObject({
  ...held,
  kind: z.enum(['again', 'refused', 'later']),
  reason: text({ charsMin: 1, charsMax: bounds.reasonCharsMax }),
  /** Absent from older workers. */
  fault: faultPlace.optional(),
})
export type FailWork = z.infer<typeof failWork>
export const leaseAnswer = z.object({ id: entityId, lease, leaseSeconds: z.number() })
