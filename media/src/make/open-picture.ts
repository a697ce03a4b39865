import { open } from 'node:fs/promises'
import { inFigures } from '@logbook/contracts/words.ts'
import { contentTypeOf, headBytes } from '../types/content-type.ts'
import { MediaRefused } from '../types/refused.ts'
import { limits } from './limits.ts'

type Sharp = typeof import('sharp')['default']

let loading: Promise<Sharp> | undefined
let isWorker = false

/** Loads the library when the first picture comes. */
export const loadSharp = (): Promise<Sharp> => {
  loading ??= import('sharp').then(({ default: sharp }) => {
    if (isWorker) restrict(sharp)
    return sharp
  })
  return loading
}

/** Call it first in a process that does nothing but make pictures: no decoder but those of the formats that are taken will run there. */
export const prepareWorker = (): void => {
  isWorker = true
}

const restrict = (sharp: Sharp): void => {
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({
    operation: [
      ...['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp'],
      ...['VipsForeignLoadNsgif', 'VipsForeignLoadTiff', 'VipsForeignLoadHeif'],
    ],
  })
  sharp.cache(false)
}

export type PictureFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'tiff'

export interface Facts {
  format: PictureFormat
  /** Upright, of one frame. */
  width: number
  height: number
  frames: number
  animated: boolean
  hasAlpha: boolean
  delay: number[] | undefined
  loop: number | undefined
}

const noPicture = 'This is not a picture of a supported format: JPEG, PNG, WebP, GIF, AVIF or TIFF.'
const formats: readonly string[] = ['jpeg', 'png', 'webp', 'gif', 'heif', 'tiff']

/** Runs what decodes or encodes; what fails there is the picture's fault, and is said in a sentence. */
export const onPicture = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof MediaRefused) throw error
    const detail = error instanceof Error ? error.message.trim().split('\n', 1)[0] : String(error)
    if (/unsupported image format|blocked|operation is blocked/i.test(detail ?? ''))
      throw new MediaRefused(noPicture)
    if (/timeout/i.test(detail ?? ''))
      throw new MediaRefused(`Processing the picture takes more than ${limits.encodeSeconds} seconds.`)
    if (/pixel limit/i.test(detail ?? '')) throw new MediaRefused(tooLarge(limits.pixelsMax))
    throw new MediaRefused(`The picture is damaged or truncated (${detail}).`)
  }
}

const tooLarge = (pixelsMax: number): string =>
  `The picture is larger than ${inFigures(pixelsMax)} pixels, all frames together.`

const headOf = async (original: Buffer | string): Promise<Buffer> => {
  if (typeof original !== 'string') return original.subarray(0, headBytes)
  const handle = await open(original, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

/** Options for opening any input: all frames, within the bounds, failing on truncated data. */
export const inputOptions = {
  failOn: 'error',
  limitInputPixels: limits.pixelsMax,
  sequentialRead: true,
} as const

/**
 * Reads the header of a picture, and throws MediaRefused for one that is damaged, of another kind, or has more pixels than the bounds
 * allow, before any pixel is decoded.
 */
export const factsOf = async (
  original: Buffer | string,
  pixelsMax: number = limits.pixelsMax,
): Promise<Facts> => {
  const { kind } = await contentTypeOf(await headOf(original))
  if (kind !== 'picture') throw new MediaRefused(noPicture)
  const sharp = await loadSharp()
  // Without a bound here: the size that a header claims is compared below, and said.
  const found = await onPicture(() =>
    sharp(original, { failOn: 'error', limitInputPixels: false, pages: 1 }).metadata(),
  )
  const { format, autoOrient, hasAlpha, pages = 1, delay, loop } = found
  const { width, height } = autoOrient
  if (!formats.includes(format ?? '') || (format === 'heif' && found.compression !== 'av1'))
    throw new MediaRefused(noPicture)
  const moves = format === 'gif' || format === 'webp'
  const frames = moves ? pages : 1
  if (frames > limits.framesMax)
    throw new MediaRefused(`The picture has more than ${inFigures(limits.framesMax)} frames.`)
  if (width > limits.sideMax || height > limits.sideMax)
    throw new MediaRefused(`The picture is larger than ${inFigures(limits.sideMax)} pixels at one side.`)
  if (width * height * frames > pixelsMax) throw new MediaRefused(tooLarge(pixelsMax))
  return {
    ...{ width, height, frames, animated: frames > 1, hasAlpha },
    ...{ format: format === 'heif' ? 'avif' : (format as PictureFormat), delay, loop },
  }
}
