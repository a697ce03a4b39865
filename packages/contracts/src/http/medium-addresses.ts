import type { PicturePlace } from '../events/posts.ts'
import { pictureFragment } from '../media-address.ts'
import type { MediumAnswer } from './media.ts'

type Variant = Pick<MediumAnswer['variants'][number], 'name' | 'type' | 'width' | 'height'>
interface Medium extends Pick<MediumAnswer, 'id' | 'type' | 'picture' | 'focus'> {
  variants: readonly Variant[]
}

const shownWidthMax = 960
const coverWidthMax = 1_920

const isNarrow = ({ name }: Variant): boolean => /^w\d+\./.test(name)

/** The variant that a page shows where it can't choose: in the picture's own format, no wider than `widthMax` if there is one. */
export const plainVariant = (
  { variants }: Pick<Medium, 'variants'>,
  widthMax: number,
): Variant | undefined => {
  const narrow = variants.filter(isNarrow)
  const own = narrow.filter(({ type }) => type !== 'image/avif' && type !== 'image/webp')
  const found = (own.length > 0 ? own : narrow).toSorted((a, b) => (a.width ?? 0) - (b.width ?? 0))
  return found.findLast(({ width }) => (width ?? 0) <= widthMax) ?? found[0]
}

/** The address of a file in full, such as a link leads to. That of a recording says what plays it, and the size of its poster. */
export const fileAddress = ({ id, type, variants }: Medium): string => {
  const [, player] = /^(audio|video)\//.exec(type ?? '') ?? []
  const poster = variants.find((each) => each.name === 'poster.jpg')
  const size = player === 'video' && poster ? `=${poster.width}x${poster.height}` : ''
  return `/api/media/${id}/original${player === undefined ? '' : `#${player}${size}`}`
}

const pictureAddressOf = (
  { id, picture, variants }: Medium,
  { widthMax, focus }: { widthMax: number; focus: Medium['focus'] },
): string | undefined => {
  const variant = picture && plainVariant({ variants }, widthMax)
  if (!picture || !variant) return undefined
  return `/api/media/${id}/${variant.name}#${pictureFragment({ ...picture, isAnimated: picture.animated, focus })}`
}

/** The address of a picture in a text, with its size. Undefined for a medium that is no picture, or is not finished. */
export const shownAddress = (medium: Medium): string | undefined =>
  pictureAddressOf(medium, { widthMax: shownWidthMax, focus: null })

/** The address of a picture as a cover, with its size and focal point. Undefined for a medium that is no picture, or is not finished. */
export const coverAddress = (medium: Medium): string | undefined =>
  pictureAddressOf(medium, { widthMax: coverWidthMax, focus: medium.focus })

/** The addresses of a medium by its use in a text. */
export type MediumAddresses = Readonly<Record<PicturePlace['as'], string | undefined>>

/** The addresses of a finished medium in a text. */
export const addressesOf = (medium: Medium): MediumAddresses => ({
  shown: shownAddress(medium),
  linked: fileAddress(medium),
  cover: coverAddress(medium),
})
