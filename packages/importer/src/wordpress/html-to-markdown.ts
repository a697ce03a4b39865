import { autop } from '@wordpress/autop'
import { cleanText } from '../fields.ts'
import { paragraphsOf } from '../html/tidy-html.ts'
import { parseHtml, treeToMarkdown } from '../html/tree-to-markdown.ts'
import { limits } from '../limits.ts'
import type { Remark } from '../remark.ts'
import { type Attachments, outsideCode, shortcodesToHtml } from './shortcodes.ts'

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
  const parsed = parseHtml(withParagraphs(shortcodesToHtml(clean, attachments, remark)))
  return treeToMarkdown(parsed, rewriteLink, remark)
}

/** HTML as one line of plain text, for titles, names and excerpts. */
export const htmlToText = (html: string): string =>
  paragraphsOf(parseHtml(cleanText(html)).tree)
    .join(' ')
    .replace(/\s+/g, ' ')
