import type { Element, ElementContent } from 'hast'
import { isBlank } from './words.ts'

/** A picture, or the picture that a link consists of. */
export const pictureOf = (node: ElementContent): Element | undefined => {
  if (node.type !== 'element') return undefined
  if (node.tagName === 'img') return node
  if (node.tagName !== 'a') return undefined
  const [only, more] = node.children.filter((child) => !isBlank(child))
  return only && more === undefined ? pictureOf(only) : undefined
}

/** The last part of an address: a file's name, or else the host. */
const nameOf = (href: string): string =>
  href
    .split(/[?#]/, 1)
    .join('')
    .split('/')
    .findLast((part) => part !== '') ?? href

/** A link that is a picture without words is named by where it leads, as it has no other name to be called by. */
export const nameWordless = (link: Element): void => {
  const { href, ariaLabel } = link.properties
  const picture = pictureOf(link)
  if (picture === undefined || typeof href !== 'string' || ariaLabel !== undefined) return
  if (String(picture.properties.alt ?? '').trim() === '')
    link.properties.ariaLabel = `Picture: ${nameOf(href)}`
}

/** The pictures that a paragraph or figure consists of, also as links; none where words stand beside them. */
export const picturesOf = ({ tagName, children }: Element): Element[] => {
  const pictures = children.filter((child) => !isBlank(child)).map(pictureOf)
  const found = pictures.filter((picture) => picture !== undefined)
  return tagName === 'figure' || found.length === pictures.length ? found : []
}

const isElement = (node: ElementContent | undefined, tagName: string): node is Element =>
  node?.type === 'element' && node.tagName === tagName

/**
 * The caption of a picture or recording: the emphasised line below it, or else its title, which touch screens do not show. Empty without
 * one, undefined where other content stands below.
 */
export const captionOf = (
  picture: Element,
  below: readonly ElementContent[],
): ElementContent[] | undefined => {
  const [line, more] = below.filter((node) => !isBlank(node) && !isElement(node, 'br'))
  if (more !== undefined) return undefined
  if (isElement(line, 'em')) return line.children
  if (line !== undefined) return undefined
  const { title } = picture.properties
  return typeof title === 'string' && title.trim() !== '' ? [{ type: 'text', value: title }] : []
}

/** A figure of one element; without a caption where that is empty. */
export const figureWith = (shown: Element, caption: readonly ElementContent[]): Element => {
  const figcaption: Element = {
    ...{ type: 'element', tagName: 'figcaption', properties: {} },
    children: [...caption],
  }
  return {
    ...{ type: 'element', tagName: 'figure', properties: {} },
    children: caption.length === 0 ? [shown] : [shown, figcaption],
  }
}

/**
 * The figure that a paragraph with one picture is: alone, with a title, or with an emphasised line below it; undefined for any other
 * paragraph. The picture keeps no title that has become the caption.
 */
export const figureOf = (paragraph: Element): Element | undefined => {
  const [first, ...below] = paragraph.children.filter((child) => !isBlank(child))
  const picture = first && pictureOf(first)
  const caption = picture && captionOf(picture, below)
  if (picture === undefined || caption === undefined || first?.type !== 'element') return undefined
  picture.properties.className = ['picture']
  if (below.length === 0) delete picture.properties.title
  return figureWith(first, caption)
}
