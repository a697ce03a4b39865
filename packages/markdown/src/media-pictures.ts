import { pictureWidths } from '@logbook/contracts/picture-widths.ts'
import type { Element } from 'hast'

/**
 * The address of a picture of this blog's media, as the composer writes it: a variant of the picture's own format, and behind `#` its
 * width and height, with `m` for one that moves. So a page needs to ask for nothing to know sizes and variants.
 */
const address =
  /^(\/api\/media\/[0-9a-f-]{36}\/)(?:w\d{1,5}|original)(\.[a-z]{3,4})?#(\d{1,5})x(\d{1,5})(m?)$/

/** One of these is in `src`, for browsers without `srcset`. */
const plainWidthMax = 960
/** How wide the column of a text is. */
const sizes = '(min-width: 44rem) 42rem, 100vw'

const sourceOf = (format: 'avif' | 'webp', before: string, made: readonly number[]): Element => ({
  type: 'element',
  tagName: 'source',
  properties: {
    type: `image/${format}`,
    srcSet: made.map((width) => `${before}w${width}.${format} ${width}w`).join(', '),
    sizes,
  },
  children: [],
})

/**
 * A picture of this blog's media keeps its room before it comes, and comes as small as the reader's screen allows: the element becomes
 * the `picture` around it. Any other is left as it is.
 */
export const offerVariants = (img: Element): void => {
  const { properties } = img
  const [, before, extension, width, height, moves] = address.exec(String(properties.src ?? '')) ?? []
  const [wide, high] = [Number(width), Number(height)]
  if (before === undefined || wide === 0 || high === 0) return
  const own = Math.min(wide, moves === 'm' ? pictureWidths.animatedMax : pictureWidths.stillMax)
  const made = [...pictureWidths.variants.filter((each) => each < own), own]
  const plain = made.findLast((each) => each <= plainWidthMax) ?? own
  const src = extension === undefined ? `${before}original` : `${before}w${plain}${extension}`
  const formats = moves === 'm' ? (['webp'] as const) : (['avif', 'webp'] as const)
  const inner: Element = { ...img, properties: Object.assign(properties, { src, width: wide, height: high }) }
  img.tagName = 'picture'
  img.properties = {}
  img.children = [...formats.map((format) => sourceOf(format, before, made)), inner]
}
