import { mediaPictureOf, variantsOffered } from '@logbook/contracts/media-address.ts'
import type { Element } from 'hast'

/** The variant in `src` is no wider, in pixels. */
const plainWidthMax = 960
/** How wide the column of a text is. */
const sizes = '(min-width: 44rem) 42rem, 100vw'

/** For a program without `srcset`: the address of a picture of this blog's media, its width and height. Undefined for any other. */
export const plainPictureOf = (
  address: string,
): { src: string; width: number; height: number } | undefined => {
  const picture = mediaPictureOf(address)
  if (picture === undefined) return undefined
  const { width, height } = picture
  return { src: variantsOffered(picture, plainWidthMax).src, width, height }
}

/**
 * A picture of this blog's media keeps its room before it comes, and comes as small as the reader's screen allows: the element becomes
 * the `picture` around it. Any other is left as it is.
 */
export const offerVariants = (img: Element): void => {
  const { properties } = img
  const picture = mediaPictureOf(String(properties.src ?? ''))
  if (picture === undefined) return
  const { width, height } = picture
  const { src, sources } = variantsOffered(picture, plainWidthMax)
  const inner: Element = { ...img, properties: Object.assign(properties, { src, width, height }) }
  const offered = sources.map(({ type, srcSet }): Element => {
    return { type: 'element', tagName: 'source', properties: { type, srcSet, sizes }, children: [] }
  })
  img.tagName = 'picture'
  img.properties = {}
  img.children = [...offered, inner]
}
