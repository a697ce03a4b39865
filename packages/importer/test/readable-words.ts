import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { htmlParser, type Root, type RootContent } from '../src/html/html-tree.ts'

const markdownParser = unified().use(remarkParse).use(remarkGfm)
type MarkdownRoot = ReturnType<typeof markdownParser.parse>
/** Anything in a Markdown tree. */
export type MarkdownNode = MarkdownRoot | MarkdownRoot['children'][number]
export const parseMarkdown = (markdown: string): MarkdownRoot => markdownParser.parse(markdown)

const inlineElements = new Set(
  'a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span strike strong sub sup time tt u var'.split(
    ' ',
  ),
)
const inlineNodes = new Set(['text', 'emphasis', 'strong', 'delete', 'inlineCode', 'link', 'linkReference'])

const textOfHtml = (node: Root | RootContent): string => {
  if (node.type === 'text') return node.value
  if (!('children' in node)) return ''
  if (node.type === 'element' && ['script', 'style'].includes(node.tagName)) return ''
  const inside = node.children.map(textOfHtml).join('')
  return node.type === 'element' && inlineElements.has(node.tagName) ? inside : ` ${inside} `
}

const textOfMarkdown = (node: MarkdownNode): string => {
  const inside =
    'children' in node ? node.children.map(textOfMarkdown).join('') : 'value' in node ? node.value : ''
  return inlineNodes.has(node.type) ? inside : ` ${inside} `
}

const words = (text: string): string[] => text.normalize('NFC').match(/[\p{L}\p{N}\p{M}]+/gu) ?? []

/** The words that a reader of the HTML sees, in order. */
export const wordsOfHtml = (html: string): string[] => words(textOfHtml(htmlParser.parse(html)))

/** The words that a reader of the Markdown sees, in order. */
export const wordsOfMarkdown = (markdown: string): string[] => words(textOfMarkdown(parseMarkdown(markdown)))

/** The first word, with its neighbours, that the copy does not have in its place; the copy may have more words. Undefined if none. */
export const firstLost = ({ source, copy }: { source: string[]; copy: string[] }): string | undefined => {
  let at = 0
  for (const [index, word] of source.entries()) {
    const found = copy.indexOf(word, at)
    if (found < 0) return source.slice(Math.max(0, index - 3), index + 3).join(' ')
    at = found + 1
  }
  return undefined
}
