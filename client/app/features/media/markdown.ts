import type { Medium } from './api.ts'

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

/** What shows a medium in a post: a picture with its size behind `#`, by which the page keeps its room; a link to another file. */
export const markdownOf = (medium: Medium, alt = medium.alt): string => {
  const { id, picture, name } = medium
  const variant = picture && plainVariant(medium, 960)
  if (!picture || !variant) return `[${escaped(name)}](/api/media/${id}/original)`
  const size = `${picture.width}x${picture.height}${picture.animated ? 'm' : ''}`
  return `![${escaped(alt)}](/api/media/${id}/${variant.name}#${size})`
}

/** The address of a picture as a cover; undefined for what is no picture. */
export const coverOf = (medium: Medium): string | undefined => {
  const variant = medium.picture && plainVariant(medium, 1_920)
  return variant ? `/api/media/${medium.id}/${variant.name}` : undefined
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
