import createMarkdownIt, { type MarkdownIt } from 'markdown-it'
import type { Root } from 'mdast'
import { limits } from '../limits.ts'
import { bareLinks } from './bare-links.ts'
import { footnotes } from './footnotes.ts'
import { inlineState } from './inline-state.ts'
import { strikethrough } from './strikethrough.ts'
import { taskLists } from './task-lists.ts'
import { treeOf } from './tree.ts'

/** What a line begins with is a list, quote or heading also where the next line could make it the head of a table. */
const tablesLast = (md: MarkdownIt): void => {
  const [table] = md.block.ruler.getRules('')
  md.block.ruler.disable('table')
  if (table) md.block.ruler.after('heading', 'table_last', table, { alt: ['paragraph', 'reference'] })
}

const decodeLanguages = (md: MarkdownIt): void => {
  md.core.ruler.after('block', 'decode_languages', ({ tokens }) => {
    for (const token of tokens) if (token.type === 'fence') token.info = md.utils.unescapeAll(token.info)
  })
}

const parser = createMarkdownIt({ html: true, maxNesting: limits.levelsMax })
  .disable(['linkify', 'replacements', 'smartquotes'])
  .use(inlineState)
  .use(tablesLast)
  .use(bareLinks)
  .use(strikethrough)
  .use(footnotes)
  .use(taskLists)
  .use(decodeLanguages)

// Addresses stand in the tree as they were typed: what the tree becomes is where they are encoded, and allowed or not.
parser.normalizeLink = (url) => url
parser.normalizeLinkText = (url) => url
parser.validateLink = () => true

/**
 * The tree of CommonMark with what GitHub adds; undefined where the text is nested too deep to be parsed as a whole, or would become far
 * longer than it is. Takes time in proportion to its length.
 */
export const treeOfMarkdown = (markdown: string): Root | undefined =>
  treeOf(parser.parse(markdown, {}), markdown.length)
