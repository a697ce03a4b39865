import type { Element, Root } from 'hast'
import { toText } from 'hast-util-to-text'
import { visit } from 'unist-util-visit'
import { figureOf, picturesOf } from './figures.ts'
import { limits } from './limits.ts'
import { idPrefix } from './schemas.ts'
import { codeGroup, scrollableTable } from './scrollable.ts'

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

/**
 * Pictures load when they are near, and those that stand by themselves have a class by which their room is kept, and are figures; the boxes of
 * task lists are named; what may be wider than the page can be scrolled with the keyboard too, and says what it is.
 */
export const easeReading = () => (tree: Root) => {
  visit(tree, 'element', (element, index, parent) => {
    if (element.tagName === 'img') Object.assign(element.properties, { loading: 'lazy', decoding: 'async' })
    if (element.tagName === 'p' || element.tagName === 'figure')
      for (const picture of picturesOf(element)) picture.properties.className = ['picture']
    if (element.tagName === 'input')
      element.properties.ariaLabel = element.properties.checked ? 'Done' : 'Not done'
    if (element.tagName === 'pre') Object.assign(element.properties, codeGroup(element))
    // Marks of a list and the line of a quote stand where its text begins.
    if (/^(?:ul|ol|blockquote)$/.test(element.tagName)) element.properties.dir ??= 'auto'
    if (parent === undefined || index === undefined) return
    if (element.tagName === 'table') parent.children[index] = scrollableTable(element)
    if (element.tagName === 'p') parent.children[index] = figureOf(element) ?? element
  })
}

/** Long code loses its language, and with it the colouring, whose time is not bounded by anything but length. */
export const boundCode = () => (tree: Root) => {
  visit(tree, 'element', (element) => {
    if (element.tagName !== 'code' || toText(element).length <= limits.highlightCharsMax) return
    delete element.properties.className
  })
}
