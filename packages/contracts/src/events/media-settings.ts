import { z } from 'zod'
import { bounds } from '../bounds.ts'
import { pictureWidths } from '../picture-widths.ts'
import { timestamp } from '../text.ts'
import { defineEvent, eventsByType, onStream, streamName } from './define.ts'
import { doer, personalDoer } from './doer.ts'

/** Beside a picture's own format. */
export const extraFormats = ['avif', 'webp'] as const

const between = (min: number, max: number) => z.number().int().min(min).max(max)
const percent = between(1, 100)

const rises = (numbers: readonly number[]): boolean =>
  numbers.every((each, index) => index === 0 || each > (numbers[index - 1] ?? 0))

/** What an owner decides about pictures and files. A change counts from the next job on; what was made stays as it is. */
export const mediaSettings = z.object({
  /** The largest file that is taken, by upload and by link. */
  fileBytesMax: between(1, bounds.mediaFileBytesMax),
  /** How much the files of one person may need in all. */
  personBytesMax: between(1, bounds.mediaPersonBytesMax),
  /** The largest file of a picture. It is decoded in the memory of a worker. */
  pictureBytesMax: between(bounds.mediaPictureBytesMin, bounds.mediaPictureBytesMax),
  /** Width × height × frames of the largest picture. */
  picturePixelsMax: between(bounds.mediaPicturePixelsMin, bounds.mediaPicturePixelsMax),
  /** Pixels: of those that are narrower than a picture one variant a format is made, and one of its own width. */
  widths: z
    .array(between(bounds.mediaWidthMin, pictureWidths.stillMax))
    .min(1)
    .max(bounds.mediaWidthsMax, `must have at most ${bounds.mediaWidthsMax} widths`)
    .refine(rises, 'must rise from one width to the next'),
  /** What is made beside a picture's own format. */
  formats: z
    .array(z.enum(extraFormats))
    .max(extraFormats.length)
    .refine((all) => new Set(all).size === all.length, 'must name each format once'),
  quality: z.object({ jpeg: percent, webp: percent, avif: percent }),
  /** Whether EXIF, with GPS, stays in the original where a request does not say. */
  keepsMetadata: z.boolean(),
})
export type MediaSettings = z.infer<typeof mediaSettings>

/** There is one blog, hence one stream. */
export const mediaSettingsSubject = 'settings-of-media'

export const mediaSettingsEvents = eventsByType(
  defineEvent('MediaSettingsChanged', {
    by: ['media'],
    stream: onStream(streamName(mediaSettingsSubject)),
    summary: 'Limits and variants of pictures and files from now on, and who changed them.',
    data: z.object({ settings: mediaSettings, changedAt: timestamp, by: doer.nullable() }),
    personal: personalDoer,
  }),
)

const MiB = 1024 * 1024

/** What counts until the settings are changed for the first time. */
export const initialMediaSettings: MediaSettings = {
  fileBytesMax: 2 * 1024 * MiB,
  personBytesMax: 20 * 1024 * MiB,
  pictureBytesMax: 64 * MiB,
  picturePixelsMax: bounds.mediaPicturePixelsMax,
  widths: [...pictureWidths.variants],
  formats: [...extraFormats],
  quality: { jpeg: 85, webp: 80, avif: 55 },
  keepsMetadata: false,
}
