import type { Element } from 'hast'
import { toText } from 'hast-util-to-text'

const onlyText = ({ children: [child, more] }: Element): string | undefined =>
  child?.type === 'text' && more === undefined ? child.value : undefined

/** The text within an element as it stands there. */
export const sourceTextOf = ({ children }: Element): string =>
  children
    .map((child) =>
      child.type === 'element' ? sourceTextOf(child) : child.type === 'text' ? child.value : '',
    )
    .join('')

/** The text that an element shows, on one line. */
export const lineOf = (element: Element): string =>
  (onlyText(element) ?? toText(element)).replace(/\s+/g, ' ').trim()

/** The text of an element that keeps its white space. */
export const preservedTextOf = (element: Element): string =>
  onlyText(element) ?? toText(element, { whitespace: 'pre' })
