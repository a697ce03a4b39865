import { line } from './text.ts'

/** Characters of which nothing is seen: white space, controls, what has no width, fillers. */
const unseenClass = String.raw`[\s\p{Cc}\p{Cf}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]`
const unseen = new RegExp(unseenClass, 'gu')

/** Whether anything of a text is seen. */
export const isVisible = (value: string): boolean => value.replace(unseen, '') !== ''

/** One line of text of which something is seen: for what comes in. Events may hold lines from before this was asked. */
export const visibleLine = (bounds: Parameters<typeof line>[0]) =>
  line(bounds).refine(isVisible, 'must show something')

const entity =
  /&(?:nbsp|ensp|emsp|thinsp|zwnj|zwj|shy|lrm|rlm|NoBreak|ZeroWidthSpace|Tab|NewLine);|&#(?:\d{1,7}|[xX][\da-fA-F]{1,6});/g
const emptyLink = /!?\[([^[\]]*)\]\([^()\s<>]*\)/g
const definition = /^ {0,3}\[(?!\^)[^[\]]*[^[\]\s][^[\]]*\]:[ \t]*[^\s<>()]+[ \t]*$/
const fence = /^ {0,3}(?:`{3,}[^`]*|~{3,}.*)$/
const rule = /^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$/
const markers = new RegExp(
  String.raw`^ {0,3}(?:>[ \t]?|(?:[-+*]|\d{1,9}[.)])(?:[ \t]+|$))*(?:#{1,6}(?:[ \t]+${unseenClass}*)?|${unseenClass}*)$`,
  'u',
)
/** Where marks are shown as they were typed. */
const asTyped = /^(?: {4}|\t)|[`\\]/m

const codeOf = (reference: string): number =>
  Number(/^&#x/i.test(reference) ? `0x${reference.slice(3, -1)}` : reference.slice(2, -1))

const decoded = (reference: string): string => {
  if (!reference.startsWith('&#')) return ''
  const code = codeOf(reference)
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd'
}

/** Without links and pictures that have no words, and without entities that stand for nothing that is seen. */
const inlineLeft = (line: string): string =>
  line.replace(entity, decoded).replace(emptyLink, (whole, words: string) => (isVisible(words) ? whole : ''))

/**
 * Whether anything of a comment's Markdown is seen once it is rendered. Says so of some texts that show nothing, such as nested ones:
 * what it refuses shows nothing for sure. Takes a time in proportion to the length.
 */
export const isVisibleMarkdown = (markdown: string): boolean => {
  const lines = markdown.split(/\r\n?|\n/).filter(isVisible)
  const [first] = lines
  if (first === undefined || lines.every((line) => definition.test(line))) return false
  if (fence.test(first)) return !lines.every((line) => fence.test(line))
  if (asTyped.test(markdown)) return true
  if (lines.every((line) => rule.test(line) || markers.test(line))) return false
  return lines.some((line) => isVisible(inlineLeft(line)))
}
