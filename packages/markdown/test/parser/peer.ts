import type { Root } from 'mdast'
import rehypeRaw from 'rehype-raw'
import rehypeStringify from 'rehype-stringify'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import remarkRehype from 'remark-rehype'
import { unified } from 'unified'
import { treeOfMarkdown } from '../../src/parser/markdown-parser.ts'

const peer = unified().use(remarkParse).use(remarkGfm).freeze()
const toHtml = unified()
  .use(remarkRehype, { allowDangerousHtml: true })
  .use(rehypeRaw)
  .use(rehypeStringify)
  .freeze()

const withoutPositions = (tree: Root): Root =>
  JSON.parse(JSON.stringify(tree, (name, value) => (name === 'position' ? undefined : value)))

/** The same white space wherever it makes no difference to what is shown. */
const htmlOf = (tree: Root): string => {
  const html = toHtml.stringify(toHtml.runSync(withoutPositions(tree)))
  return html
    .replace(/\r\n?/g, '\n')
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n+/g, '\n')
}

/** HTML of a text by its tree as the parser gives it, and as micromark does, the reference for what GitHub adds. */
export const byBoth = (markdown: string): { own: string; peer: string } => {
  const own = treeOfMarkdown(markdown)
  if (own === undefined) throw new Error('The text is nested too deep.')
  return { own: htmlOf(own), peer: htmlOf(peer.parse(markdown)) }
}
