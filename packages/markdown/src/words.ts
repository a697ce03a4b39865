import type { Element, ElementContent } from 'hast'
import { toText } from 'hast-util-to-text'

const onlyText = ({ children: [child, more] }: Element): string | undefined =>
  child?.type === 'text' && more === undefined ? child.value : undefined

/** White space between elements. */
export const isBlank = (node: ElementContent): boolean => node.type === 'text' && node.value.trim() === ''

/** The text within a node, unchanged. */
export const sourceTextOf = (node: ElementContent): string => {
  if (node.type === 'text') return node.value
  return node.type === 'element' ? node.children.map(sourceTextOf).join('') : ''
}

/** The text that an element shows, on one line. */
export const lineOf = (element: Element): string =>
  (onlyText(element) ?? toText(element)).replace(/\s+/g, ' ').trim()

/** The text of an element that keeps its white space. */
export const preservedTextOf = (element: Element): string =>
  onlyText(element) ?? toText(element, { whitespace: 'pre' })
