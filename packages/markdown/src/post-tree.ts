import type { Element, ElementContent, Root } from 'hast'
import { toText } from 'hast-util-to-text'
import { visit } from 'unist-util-visit'
import { limits } from './limits.ts'
import { idPrefix } from './schemas.ts'

/** A heading of a rendered post: `id` as it stands in the HTML, `depth` 2 to 6. */
export interface Heading {
  id: string
  text: string
  depth: number
}

const rankOf = ({ tagName }: Element): number | undefined =>
  /^h[1-6]$/.test(tagName) ? Number(tagName[1]) : undefined

const isFootnoteLabel = ({ properties }: Element): boolean => properties.id === `${idPrefix}footnote-label`

/** Moves all headings so that the highest is an h2: the page's one h1 is its title. */
export const shiftHeadings = () => (tree: Root) => {
  const found: { element: Element; rank: number }[] = []
  visit(tree, 'element', (element) => {
    const rank = rankOf(element)
    if (rank !== undefined && !isFootnoteLabel(element)) found.push({ element, rank })
  })
  const highest = Math.min(...found.map(({ rank }) => rank))
  for (const { element, rank } of found) element.tagName = `h${Math.min(6, rank - highest + 2)}`
}

/** The headings that a table of contents names, in order. Needs their ids, hence comes after rehype-slug. */
export const headingsOf = (tree: Root): Heading[] => {
  const headings: Heading[] = []
  visit(tree, 'element', (element) => {
    const depth = rankOf(element)
    if (depth === undefined || isFootnoteLabel(element)) return
    const text = toText(element).trim()
    if (text !== '') headings.push({ id: String(element.properties.id ?? ''), text, depth })
  })
  return headings
}

/** Links within the text follow their targets to the prefixed ids. */
export const prefixFragments = () => (tree: Root) => {
  visit(tree, 'element', (element) => {
    const { href } = element.properties
    if (typeof href === 'string' && /^#./.test(href)) element.properties.href = `#${idPrefix}${href.slice(1)}`
  })
}

const isBlank = (node: ElementContent): boolean => node.type === 'text' && node.value.trim() === ''

/** The pictures that a paragraph or figure consists of, also as links; none where words stand beside them. */
const picturesOf = ({ tagName, children }: Element): Element[] => {
  if (tagName !== 'p' && tagName !== 'figure') return []
  const pictures = children.filter((child) => !isBlank(child)).map(pictureOf)
  const found = pictures.filter((picture) => picture !== undefined)
  return tagName === 'figure' || found.length === pictures.length ? found : []
}

const pictureOf = (node: ElementContent): Element | undefined => {
  if (node.type !== 'element') return undefined
  if (node.tagName === 'img') return node
  const [only, more] = node.children.filter((child) => !isBlank(child))
  return node.tagName === 'a' && only && more === undefined ? pictureOf(only) : undefined
}

/**
 * Pictures load when they are near, and those that stand by themselves have a class by which their room is kept; the boxes of
 * task lists are named; what may be wider than the page can be scrolled with the keyboard too.
 */
export const easeReading = () => (tree: Root) => {
  visit(tree, 'element', (element, index, parent) => {
    if (element.tagName === 'img') Object.assign(element.properties, { loading: 'lazy', decoding: 'async' })
    for (const picture of picturesOf(element)) picture.properties.className = ['picture']
    if (element.tagName === 'input')
      element.properties.ariaLabel = element.properties.checked ? 'Done' : 'Not done'
    if (element.tagName === 'pre') element.properties.tabIndex = 0
    if (element.tagName !== 'table' || parent === undefined || index === undefined) return
    parent.children[index] = {
      type: 'element',
      tagName: 'div',
      properties: { className: ['table'], tabIndex: 0 },
      children: [element],
    }
  })
}

/** Long code loses its language, and with it the colouring, whose time is not bounded by anything but length. */
export const boundCode = () => (tree: Root) => {
  visit(tree, 'element', (element) => {
    if (element.tagName !== 'code' || toText(element).length <= limits.highlightCharsMax) return
    delete element.properties.className
  })
}
