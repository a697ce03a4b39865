import { autop } from '@wordpress/autop'
import rehypeRemark from 'rehype-remark'
import remarkGfm from 'remark-gfm'
import remarkStringify from 'remark-stringify'
import { unified } from 'unified'
import type { Remark } from '../entry.ts'
import { cleanText } from '../fields.ts'
import { limits } from '../limits.ts'
import { htmlParser, type Root } from './html-tree.ts'
import { type Attachments, outsideCode, shortcodesToHtml } from './shortcodes.ts'
import { depthOf, inlineElements, paragraphsOf, tidyHtml } from './tidy-html.ts'

const printer = unified()
  .use(remarkGfm)
  .use(remarkStringify, { bullet: '-', rule: '-', fences: true, listItemIndent: 'one' })
const converter = unified().use(rehypeRemark)
type MarkdownRoot = Parameters<typeof printer.stringify>[0]

export interface HtmlSource {
  html: string
  attachments: Attachments
  /** Where a link in the text should lead, given where it led. */
  rewriteLink: (address: string) => string
}

const isBlocks = (html: string): boolean => html.includes('<!-- wp:')

/** Blocks that the server fills in when the page is asked for, and that so have no text in an export. */
const dynamicBlock =
  /<!-- wp:(?:archives|calendar|categories|latest-comments|latest-posts|rss|tag-cloud|search|page-list|query)\b/g

/** The classic editor's text has no paragraphs of its own; the block editor's has, and its delimiters are comments. */
const withParagraphs = (html: string): string => {
  const unbroken = outsideCode(html, (text) =>
    text.replace(/<!--\s*(?:more|nextpage|noteaser)\b[^<>]*>/g, '\n\n'),
  )
  return isBlocks(unbroken) ? unbroken : autop(unbroken)
}

/** The same text without nesting, for HTML that is nested deeper than a parser can follow. */
const flatten = (html: string): string =>
  html.replace(/<\/?([a-z][a-z0-9-]*)\b[^<>]*>/gi, (_tag, name: string) =>
    inlineElements.has(name.toLowerCase()) ? '' : '<br>',
  )

const parseHtml = (html: string): { tree: Root; tooDeep: boolean } => {
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

/**
 * A WordPress post's or comment's HTML as Markdown (GFM). Every readable word stays, in order; code stays verbatim.
 * Throws a RangeError for more than `htmlCharsMax` characters.
 */
export const htmlToMarkdown = ({ html, attachments, rewriteLink }: HtmlSource, remark: Remark): string => {
  if (html.length > limits.htmlCharsMax)
    throw new RangeError(`its HTML is longer than ${limits.htmlCharsMax} characters`)
  const clean = cleanText(html)
  const dynamic = new Set(clean.match(dynamicBlock)).size
  if (dynamic > 0) remark('has blocks that WordPress fills in by itself; they have no text and were left out')
  const { tree, tooDeep } = parseHtml(withParagraphs(shortcodesToHtml(clean, attachments, remark)))
  if (tooDeep) remark(`nests its HTML deeper than ${limits.htmlDepthMax} and came as plain text`)
  else tidyHtml(tree, rewriteLink)
  const markdown = tooDeep ? plainParagraphs(paragraphsOf(tree)) : converter.runSync(tree)
  return printer.stringify(markdown as MarkdownRoot).trim()
}

/** HTML as one line of plain text, for titles, names and excerpts. */
export const htmlToText = (html: string): string =>
  paragraphsOf(parseHtml(cleanText(html)).tree)
    .join(' ')
    .replace(/\s+/g, ' ')
