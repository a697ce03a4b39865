import { pictureWidths } from './picture-widths.ts'

/** Where the eye goes, as parts of width and height from the upper left. */
export interface FocalPoint {
  x: number
  y: number
}

/** A picture of this blog's media, as its address describes it. */
export interface MediaPicture {
  /** The address before the name of a variant: `/api/media/<id>/`. */
  before: string
  /** Of the picture's own format, with its dot; undefined where no narrow variant has it. */
  extension: string | undefined
  width: number
  height: number
  isAnimated: boolean
  focus: FocalPoint | null
}

const mediumPath = String.raw`(\/api\/media\/[0-9a-f-]{36}\/)`
const picture = new RegExp(
  String.raw`^${mediumPath}(?:w\d{1,5}|original)(\.[a-z]{3,4})?#(\d{1,5})x(\d{1,5})(m?)(?:@(\d{1,3}),(\d{1,3}))?$`,
)
const player = new RegExp(String.raw`^(${mediumPath}original)#(audio|video)(?:=(\d{1,5})x(\d{1,5}))?$`)

const partOf = (percent: string): number => Math.min(100, Number(percent)) / 100

/**
 * What the address of a picture says about it: a variant of the picture's own format, and behind `#` its width and height, `m` if it is
 * animated, and `@x,y` for its focal point in percent. So a page needs to ask for nothing to know sizes and variants. Undefined for other
 * addresses.
 */
export const mediaPictureOf = (address: string): MediaPicture | undefined => {
  const [, before, extension, width, height, animated, x, y] = picture.exec(address) ?? []
  if (before === undefined || Number(width) === 0 || Number(height) === 0) return undefined
  return {
    ...{ before, extension, width: Number(width), height: Number(height), isAnimated: animated === 'm' },
    focus: x === undefined || y === undefined ? null : { x: partOf(x), y: partOf(y) },
  }
}

/** The part of a picture's address behind `#`. */
export const pictureFragment = ({
  width,
  height,
  isAnimated,
  focus,
}: Pick<MediaPicture, 'width' | 'height' | 'isAnimated' | 'focus'>): string => {
  const point = focus === null ? '' : `@${Math.round(focus.x * 100)},${Math.round(focus.y * 100)}`
  return `${width}x${height}${isAnimated ? 'm' : ''}${point}`
}

export interface OfferedVariants {
  /** For browsers without `srcset`. */
  src: string
  /** One for each format beside the picture's own. */
  sources: { type: string; srcSet: string }[]
}

/**
 * The variants of a picture that a page offers. Media answers a width that was not made by the next wider one. `src` is no wider than
 * `plainWidthMax` pixels, if there is such a variant.
 */
export const variantsOffered = (
  { before, extension, width, isAnimated }: MediaPicture,
  plainWidthMax: number,
  narrow: readonly number[] = pictureWidths.variants,
): OfferedVariants => {
  const own = Math.min(width, isAnimated ? pictureWidths.animatedMax : pictureWidths.stillMax)
  const widths = [...narrow.filter((each) => each < own), own]
  const plain = widths.findLast((each) => each <= plainWidthMax) ?? widths[0]
  const formats = isAnimated ? ['webp'] : ['avif', 'webp']
  return {
    src: extension === undefined ? `${before}original` : `${before}w${plain}${extension}`,
    sources: formats.map((format) => ({
      type: `image/${format}`,
      srcSet: widths.map((each) => `${before}w${each}.${format} ${each}w`).join(', '),
    })),
  }
}

/** The preview of a picture for other sites, in pixels: a crop of 1,200 × 630 at most. */
export const previewOf = ({ before, width, height, isAnimated }: MediaPicture) => {
  const [cardWidth, cardHeight] = [1_200, 630]
  const own = Math.min(width, isAnimated ? pictureWidths.animatedMax : pictureWidths.stillMax)
  const scale = Math.min(1, own / cardWidth, (own * height) / width / cardHeight)
  const size = { width: Math.round(cardWidth * scale), height: Math.round(cardHeight * scale) }
  return { address: `${before}card.jpg`, type: 'image/jpeg', ...size }
}

/** A recording of this blog's media, as its address describes it. */
export interface MediaRecording {
  kind: 'audio' | 'video'
  src: string
  /** Of a video that has one, with its size in pixels. */
  poster: { src: string; width: number; height: number } | null
}

/** What the address of an audio or video file says: `original#audio`, `original#video`, or `original#video=1280x720` with the size of its poster. */
export const mediaRecordingOf = (address: string): MediaRecording | undefined => {
  const [, src, before, kind, width, height] = player.exec(address) ?? []
  if (src === undefined || (kind !== 'audio' && kind !== 'video')) return undefined
  const size = { width: Number(width), height: Number(height) }
  const hasPoster = kind === 'video' && size.width > 0 && size.height > 0
  return { kind, src, poster: hasPoster ? { src: `${before}poster.jpg`, ...size } : null }
}
