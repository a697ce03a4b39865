import { bounds } from '@logbook/contracts/bounds.ts'
import { encode as encodeBlurhash } from 'blurhash'
import type { Sharp } from 'sharp'
import { type Encoding, encode, encodingOf } from './encodings.ts'
import { filters } from './filters.ts'
import { limits } from './limits.ts'
import { type Facts, factsOf, inputOptions, loadSharp, onPicture } from './open-picture.ts'
import type { Crop, Made, VariantPlan } from './plan.ts'

export interface PictureDescription {
  /** Upright, in pixels. */
  width: number
  height: number
  animated: boolean
  frames: number
  /** The colour that most of it has, `#rrggbb`. */
  colour: string
  blurhash: string
}

const hex = ({ r, g, b }: { r: number; g: number; b: number }): string =>
  `#${[r, g, b].map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`

/** What a page knows of a picture before it has come. Throws MediaRefused for one that can't be shown. */
export const describePicture = async (
  original: Buffer | string,
  pixelsMax?: number,
): Promise<PictureDescription> => {
  const { width, height, animated, frames } = await factsOf(original, pixelsMax)
  const sharp = await loadSharp()
  const side = limits.sampleSide
  const small = sharp(original, inputOptions).autoOrient().resize(side, side, { fit: 'inside' })
  const { data, info } = await onPicture(() =>
    small.toColourspace('srgb').ensureAlpha().raw().toBuffer({ resolveWithObject: true }),
  )
  const raw = { width: info.width, height: info.height, channels: 4 as const }
  const { dominant } = await sharp(data, { raw }).flatten({ background: 'white' }).stats()
  const pixels = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length)
  const blurhash = encodeBlurhash(pixels, info.width, info.height, 4, 3)
  return { width, height, animated, frames, colour: hex(dominant), blurhash }
}

/** Decoded pixels, of which several variants are made without decoding again. */
interface Pixels {
  data: Buffer
  width: number
  /** Of one frame. */
  height: number
  channels: 1 | 2 | 3 | 4
  frames: number
}

const openPixels = async ({ data, width, height, channels, frames }: Pixels): Promise<Sharp> => {
  const sharp = await loadSharp()
  const raw = { width, height: height * frames, channels, ...(frames > 1 ? { pageHeight: height } : {}) }
  return sharp(data, { raw, animated: frames > 1, limitInputPixels: limits.pixelsMax })
}

const pixelsOf = async (picture: Sharp, frames: number): Promise<Pixels> => {
  const { data, info } = await picture
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .timeout({ seconds: limits.encodeSeconds })
    .toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height / frames, channels: info.channels, frames }
}

const openOriginal = async (original: Buffer | string, { animated, frames }: Facts): Promise<Sharp> => {
  const sharp = await loadSharp()
  // Turning is for stills: no format of moving pictures has an orientation.
  return animated
    ? sharp(original, { ...inputOptions, pages: frames })
    : sharp(original, inputOptions).autoOrient()
}

/** Decodes once, no wider than `width`, and applies the filters one after the other. */
const decode = async (
  original: Buffer | string,
  facts: Facts,
  width: number,
  plan: VariantPlan,
): Promise<Pixels> => {
  const picture = await openOriginal(original, facts)
  let pixels = await pixelsOf(picture.resize({ width, withoutEnlargement: true }), facts.frames)
  for (const name of plan.filters)
    pixels = await pixelsOf(filters[name](await openPixels(pixels)), facts.frames)
  return pixels
}

/** The whole picture in its own format: upright, without metadata unless the owner keeps it, and always re-encoded. */
const makeOriginal = async (original: Buffer | string, facts: Facts, plan: VariantPlan): Promise<Made> => {
  const picture =
    plan.filters.length === 0
      ? (await openOriginal(original, facts)).toColourspace('srgb')
      : await openPixels(await decode(original, facts, facts.width, plan))
  const kept = plan.keepsMetadata && plan.filters.length === 0 ? picture.keepExif().keepXmp() : picture
  return encode('original', kept, encodingOf(facts), facts, plan.quality)
}

const regionOf = ({ width, height }: Pixels, crop: Crop, focus: VariantPlan['focus']) => {
  const scale = Math.min(width / crop.width, height / crop.height)
  const size = { width: Math.round(crop.width * scale), height: Math.round(crop.height * scale) }
  const { x, y } = focus ?? { x: 0.5, y: 0.5 }
  const from = (at: number, all: number, part: number) =>
    Math.max(0, Math.min(all - part, Math.round(at * all - part / 2)))
  return { left: from(x, width, size.width), top: from(y, height, size.height), ...size }
}

const makeCrop = async (pixels: Pixels, crop: Crop, plan: VariantPlan, facts: Facts): Promise<Made> => {
  const sharp = await loadSharp()
  const { data, width, height, channels } = pixels
  // The first frame of those that move.
  const first = data.subarray(0, width * height * channels)
  const cut = sharp(first, { raw: { width, height, channels } })
    .extract(regionOf(pixels, crop, plan.focus))
    .resize({ width: crop.width, height: crop.height, fit: 'fill', withoutEnlargement: true })
    .flatten({ background: 'white' })
  return encode(crop.name, cut, 'jpeg', { ...facts, animated: false, frames: 1 }, plan.quality)
}

const widestOf = ({ width, animated }: Facts): number =>
  Math.min(width, animated ? limits.animatedWidthMax : limits.stillWidthMax)

const widthsOf = (facts: Facts, plan: VariantPlan): number[] => {
  const own = widestOf(facts)
  return [...new Set([...plan.widths.filter((width) => width < own), own])].sort((a, b) => a - b)
}

const cropsOf = async function* (pixels: Pixels, plan: VariantPlan, facts: Facts, signal: AbortSignal) {
  for (const crop of plan.crops) {
    signal.throwIfAborted()
    yield await onPicture(() => makeCrop(pixels, crop, plan, facts))
  }
}

/** Makes the crops of a picture that was made before, around the focal point of the plan. Throws as `makeVariants` does. */
export const makeCrops = async function* (
  original: Buffer | string,
  plan: VariantPlan,
  signal: AbortSignal,
): AsyncGenerator<Made> {
  const facts = await factsOf(original)
  const pixels = await onPicture(() => decode(original, facts, widestOf(facts), plan))
  yield* cropsOf(pixels, plan, facts, signal)
}

/**
 * The middle of a picture, of the first frame of one that moves, as a JPEG of at most `portraitSideMax` pixels square: upright, white where
 * it was transparent, and without metadata. Throws as `makeVariants` does.
 */
export const makeSquare = async (original: Buffer, pixelsMax?: number): Promise<Buffer> => {
  const { width, height } = await factsOf(original, pixelsMax)
  const sharp = await loadSharp()
  const side = Math.min(bounds.portraitSideMax, width, height)
  return onPicture(() =>
    sharp(original, inputOptions)
      .autoOrient()
      .resize(side, side, { fit: 'cover' })
      .toColourspace('srgb')
      .flatten({ background: 'white' })
      .jpeg({ quality: 95 })
      .timeout({ seconds: limits.encodeSeconds })
      .toBuffer(),
  )
}

/**
 * Makes every variant of a picture, narrow ones first, each handed over before the next is begun, so that no more than one is held.
 * Throws MediaRefused with a sentence for a picture that is damaged, too large or of another kind, and the abort's reason between two.
 */
export const makeVariants = async function* (
  original: Buffer | string,
  plan: VariantPlan,
  signal: AbortSignal,
): AsyncGenerator<Made> {
  const facts = await factsOf(original, plan.pixelsMax)
  const widths = widthsOf(facts, plan)
  const pixels = await onPicture(() => decode(original, facts, Math.max(...widths), plan))
  for (const width of widths)
    for (const encoding of encodingsOf(facts, plan)) {
      signal.throwIfAborted()
      const narrow = (await openPixels(pixels)).resize({ width, withoutEnlargement: true })
      yield await onPicture(() => encode(`w${width}`, narrow, encoding, facts, plan.quality))
    }
  yield* cropsOf(pixels, plan, facts, signal)
  signal.throwIfAborted()
  yield await onPicture(() => makeOriginal(original, facts, plan))
}

/** AVIF is made of stills alone. WebP has a largest side. What the picture is in comes last, for old browsers. */
const encodingsOf = (facts: Facts, plan: VariantPlan): Encoding[] => {
  const wanted = plan.formats.filter((format) => format !== 'avif' || !facts.animated)
  const ratio = facts.height / facts.width
  const fits = (format: string) => format !== 'webp' || ratio * limits.stillWidthMax <= limits.webpSideMax
  const own = encodingOf(facts)
  return [
    ...new Set<Encoding>([
      ...wanted.filter(fits),
      own === 'tiff' || own === 'avif' ? fallbackOf(facts) : own,
    ]),
  ]
}

const fallbackOf = ({ hasAlpha }: Facts): Encoding => (hasAlpha ? 'png' : 'jpeg')
