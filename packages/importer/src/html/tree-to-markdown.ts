import rehypeRemark from 'rehype-remark'
import remarkGfm from 'remark-gfm'
import remarkStringify from 'remark-stringify'
import { unified } from 'unified'
import { limits } from '../limits.ts'
import type { Remark } from '../remark.ts'
import { htmlParser, type Root } from './html-tree.ts'
import { depthOf, inlineElements, paragraphsOf, tidyHtml } from './tidy-html.ts'

const printer = unified()
  .use(remarkGfm)
  .use(remarkStringify, { bullet: '-', rule: '-', fences: true, listItemIndent: 'one' })
const converter = unified().use(rehypeRemark)
type MarkdownRoot = Parameters<typeof printer.stringify>[0]

/** The same text without nesting, for HTML that is nested deeper than a parser can follow. */
const flatten = (html: string): string =>
  html.replace(/<\/?([a-z][a-z0-9-]*)\b[^<>]*>/gi, (_tag, name: string) =>
    inlineElements.has(name.toLowerCase()) ? '' : '<br>',
  )

/** HTML as a tree; `tooDeep` where it nests deeper than `htmlDepthMax`. Never throws. */
export const parseHtml = (html: string): { tree: Root; tooDeep: boolean } => {
  try {
    const tree = htmlParser.parse(html)
    return { tree, tooDeep: depthOf(tree) > limits.htmlDepthMax }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { tree: htmlParser.parse(flatten(html)), tooDeep: true }
  }
}

const plainParagraphs = (paragraphs: string[]): MarkdownRoot => ({
  type: 'root',
  children: paragraphs.map((value) => ({ type: 'paragraph', children: [{ type: 'text', value }] })),
})

/** A tree of HTML as Markdown (GFM). Every readable word stays, in order. Changes the tree. */
export const treeToMarkdown = (
  { tree, tooDeep }: { tree: Root; tooDeep: boolean },
  rewriteLink: (address: string) => string,
  remark: Remark,
): string => {
  if (tooDeep) remark(`nests its HTML deeper than ${limits.htmlDepthMax} and came as plain text`)
  else tidyHtml(tree, rewriteLink)
  const markdown = tooDeep ? plainParagraphs(paragraphsOf(tree)) : converter.runSync(tree)
  return printer.stringify(markdown as MarkdownRoot).trim()
}

/** Text that a page would hold as it is: `Fish &amp; chips` says "Fish & chips". Tags stay the text that they are. */
export const decodeEntities = (text: string): string => {
  if (!text.includes('&')) return text
  const [node] = htmlParser.parse(text.replaceAll('<', '&lt;')).children
  return node?.type === 'text' ? node.value : text
}
