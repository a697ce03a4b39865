import { initialMediaSettings, type MediaSettings } from '@logbook/contracts/events/media-settings.ts'
import type { Sharp } from 'sharp'
import { limits } from './limits.ts'
import type { Facts, PictureFormat } from './open-picture.ts'
import type { Made } from './plan.ts'

export type Encoding = PictureFormat

const extensions: Record<Encoding, string> = {
  ...{ jpeg: 'jpg', png: 'png', webp: 'webp', gif: 'gif', avif: 'avif', tiff: 'tif' },
}

/** The format that a picture came in. */
export const encodingOf = ({ format }: Facts): Encoding => format

const into = (
  picture: Sharp,
  encoding: Encoding,
  { animated, delay, loop }: Facts,
  quality: MediaSettings['quality'],
): Sharp => {
  const moving = animated ? { ...(delay && { delay }), ...(loop !== undefined && { loop }) } : {}
  switch (encoding) {
    case 'avif':
      // More effort takes four times as long for the same size.
      return picture.avif({ quality: quality.avif, effort: 2 })
    case 'webp':
      return picture.webp({ quality: quality.webp, effort: animated ? 2 : 4, ...moving })
    case 'gif':
      return picture.gif({ effort: 3, ...moving })
    case 'png':
      return picture.png({ compressionLevel: 9 })
    case 'tiff':
      return picture.tiff({ compression: 'lzw' })
    case 'jpeg':
      return picture.jpeg({ quality: quality.jpeg, progressive: true })
  }
}

/** Encodes one variant. Without `animated` the extension and type follow the encoding alone. */
export const encode = async (
  name: string,
  picture: Sharp,
  encoding: Encoding,
  facts: Facts,
  quality = initialMediaSettings.quality,
): Promise<Made> => {
  const encoded = into(picture, encoding, facts, quality).timeout({ seconds: limits.encodeSeconds })
  const { data, info } = await encoded.toBuffer({ resolveWithObject: true })
  const height = facts.animated ? (info.pageHeight ?? info.height) : info.height
  const variant = name === 'original' ? name : `${name}.${extensions[encoding]}`
  return { variant, type: `image/${encoding}`, width: info.width, height, bytes: data }
}
