import GithubSlugger from 'github-slugger'
import type { Element, Root } from 'hast'
import { colourCode } from './colour-code.ts'
import { eachElement } from './each-element.ts'
import { figureOf, nameWordless, picturesOf } from './figures.ts'
import { offerVariants } from './media-pictures.ts'
import { playerOf } from './media-players.ts'
import { idPrefix } from './schemas.ts'
import { asCellIfEmpty, codeGroup, scrollableTable } from './scrollable.ts'
import { lineOf, sourceTextOf } from './words.ts'

/** A heading of a rendered post: `id` as in the HTML, `depth` 2 to 6. */
export interface Heading {
  id: string
  text: string
  depth: number
}

const rankOf = ({ tagName }: Element): number | undefined =>
  /^h[1-6]$/.test(tagName) ? Number(tagName[1]) : undefined

const isFootnoteLabel = ({ properties }: Element): boolean => properties.id === `${idPrefix}footnote-label`

/**
 * Moves all headings so that the highest is an h2, as the page's one h1 is its title, and gives those an id that have none. Returns
 * those that a table of contents names, in order.
 */
const finishHeadings = (elements: readonly Element[]): Heading[] => {
  const highest = Math.min(...elements.map((element) => rankOf(element) ?? 0))
  const slugs = new GithubSlugger()
  return elements.flatMap((element) => {
    const depth = Math.min(6, (rankOf(element) ?? 0) - highest + 2)
    const text = lineOf(element)
    element.tagName = `h${depth}`
    element.properties.id ||= idPrefix + slugs.slug(sourceTextOf(element))
    return text === '' ? [] : [{ id: String(element.properties.id), text, depth }]
  })
}

/**
 * Pictures load when they are near, and those that stand by themselves have a class by which their room is kept, and are figures; recordings have
 * controls; the boxes of task lists are named; what may be wider than the page can be scrolled with the keyboard too, and says what it is; code is coloured.
 */
const ease = (element: Element, parent: Root | Element, index: number): void => {
  const { tagName, properties, children } = element
  switch (tagName) {
    case 'img':
      Object.assign(properties, { loading: 'lazy', decoding: 'async' })
      offerVariants(element)
      break
    case 'p':
    case 'figure':
      for (const picture of picturesOf(element)) picture.properties.className = ['picture']
      if (tagName === 'p') parent.children[index] = playerOf(element) ?? figureOf(element) ?? element
      break
    case 'a':
      nameWordless(element)
      break
    case 'th':
      asCellIfEmpty(element)
      break
    case 'input':
      properties.ariaLabel = properties.checked ? 'Done' : 'Not done'
      break
    case 'ul':
    case 'ol':
    case 'blockquote':
      // Marks of a list and the line of a quote stand where its text begins.
      properties.dir ??= 'auto'
      break
    case 'pre':
      Object.assign(properties, codeGroup(element))
      for (const child of children)
        if (child.type === 'element' && child.tagName === 'code') colourCode(child)
      break
    case 'table':
      parent.children[index] = scrollableTable(element)
  }
}

/** Makes a sanitised tree the one that readers see, and returns its headings. Links within it follow their targets to the prefixed ids. */
export const finishPost = (tree: Root): Heading[] => {
  const headings: Element[] = []
  eachElement(tree, (element, parent, index) => {
    const { href } = element.properties
    if (typeof href === 'string' && /^#./.test(href)) element.properties.href = `#${idPrefix}${href.slice(1)}`
    if (rankOf(element) !== undefined && !isFootnoteLabel(element)) headings.push(element)
    ease(element, parent, index)
  })
  return finishHeadings(headings)
}
