import { pictureFragment } from '@logbook/contracts/media-address.ts'
import type { Medium } from './api.ts'
import { bytesInWords } from './words.ts'

type Variant = Medium['variants'][number]

const isNarrow = ({ name }: Variant): boolean => /^w\d+\./.test(name)

/** The variant that a page shows where it can't choose: in the picture's own format, no wider than `widthMax` if there is one. */
const plainVariant = ({ variants }: Medium, widthMax: number): Variant | undefined => {
  const narrow = variants.filter(isNarrow)
  const own = narrow.filter(({ type }) => type !== 'image/avif' && type !== 'image/webp')
  const found = (own.length > 0 ? own : narrow).toSorted((a, b) => (a.width ?? 0) - (b.width ?? 0))
  return found.findLast(({ width }) => (width ?? 0) <= widthMax) ?? found[0]
}

/** The address of a small picture of a medium; undefined for what is no picture. */
export const thumbnailOf = (medium: Medium): string | undefined => {
  const variant = plainVariant(medium, 320)
  return variant && `/api/media/${medium.id}/${variant.name}`
}

const escaped = (text: string): string => text.replaceAll(/[\\[\]`*_<>]/g, '\\$&')

/** The part behind `#` by which a page keeps the room of a picture. */
const fragmentOf = ({ picture, focus }: Medium): string =>
  picture === null ? '' : `#${pictureFragment({ ...picture, isAnimated: picture.animated, focus })}`

/** A link to a file, whose address says what plays it; other files with their size, which is what a reader decides by. */
const linkOf = ({ id, name, type, bytes, variants }: Medium): string => {
  const address = `/api/media/${id}/original`
  const [, player] = /^(audio|video)\//.exec(type ?? '') ?? []
  const poster = variants.find((each) => each.name === 'poster.jpg')
  const size = player === 'video' && poster ? `=${poster.width}x${poster.height}` : ''
  if (player !== undefined) return `[${escaped(name)}](${address}#${player}${size})`
  const kind = type === 'application/pdf' ? ['PDF'] : []
  const facts = [...kind, ...(bytes === null ? [] : [bytesInWords(bytes)])]
  return `[${escaped(facts.length > 0 ? `${name} (${facts.join(', ')})` : name)}](${address})`
}

/** What shows a medium in a post: a picture with its size behind `#`; a link to another file, which is played where it is a recording. */
export const markdownOf = (medium: Medium, alt = medium.alt): string => {
  const { id, picture } = medium
  const variant = picture && plainVariant(medium, 960)
  if (!variant) return linkOf(medium)
  return `![${escaped(alt)}](/api/media/${id}/${variant.name}${fragmentOf({ ...medium, focus: null })})`
}

/** The address of a picture as a cover, with its size and focal point; undefined for what is no picture. */
export const coverOf = (medium: Medium): string | undefined => {
  const variant = medium.picture && plainVariant(medium, 1_920)
  return variant ? `/api/media/${medium.id}/${variant.name}${fragmentOf(medium)}` : undefined
}

/** A text with another one put in place of a selection, as a paragraph of its own, and where the caret is then. */
export const withParagraph = (
  text: string,
  put: string,
  from: number,
  to: number,
): { text: string; caret: number } => {
  const [before, after] = [text.slice(0, from), text.slice(to)]
  const start = before === '' || before.endsWith('\n\n') ? '' : before.endsWith('\n') ? '\n' : '\n\n'
  const end = after === '' || after.startsWith('\n\n') ? '' : after.startsWith('\n') ? '\n' : '\n\n'
  return { text: before + start + put + end + after, caret: (before + start + put).length }
}
