import type { Root as HtmlRoot } from 'hast'
import type { Root } from 'mdast'
import rehypeHighlight from 'rehype-highlight'
import rehypeRaw from 'rehype-raw'
import rehypeSanitize from 'rehype-sanitize'
import rehypeSlug from 'rehype-slug'
import rehypeStringify from 'rehype-stringify'
import remarkRehype from 'remark-rehype'
import { unified } from 'unified'
import { depthOf } from './depth.ts'
import { limits } from './limits.ts'
import { parseMarkdown } from './parse.ts'
import {
  boundCode,
  easeReading,
  type Heading,
  headingsOf,
  prefixFragments,
  shiftHeadings,
} from './post-tree.ts'
import { boundRawHtml, rawHtmlAsText } from './raw-html.ts'
import { idPrefix, postSchema } from './schemas.ts'

export type { Heading } from './post-tree.ts'

const toHtmlTree = unified()
  .use(remarkRehype, { allowDangerousHtml: true, clobberPrefix: '' })
  .use(rehypeRaw)
  .freeze()

// Everything a person wrote passes the sanitiser; only these steps of our own come after it.
const finish = unified()
  .use(rehypeSanitize, postSchema)
  .use(prefixFragments)
  .use(shiftHeadings)
  .use(rehypeSlug, { prefix: idPrefix })
  .use(boundCode)
  .use(rehypeHighlight)
  .use(easeReading)
  .use(rehypeStringify)
  .freeze()

/** The tree with raw HTML parsed, or undefined if that is nested deeper than what follows can walk. */
const withRawHtml = (markdown: Root): HtmlRoot | undefined => {
  try {
    const tree = toHtmlTree.runSync(structuredClone(markdown)) as HtmlRoot
    return depthOf(tree) > limits.treeDepthMax ? undefined : tree
  } catch (error) {
    // The HTML parser's own walk recurses, so tags nested thousands deep end its stack before they can be measured.
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/**
 * A post's Markdown as HTML that is safe to put into a page whoever wrote it, with its headings in order. Raw HTML is
 * allowed and sanitised. Headings begin at h2; every id begins with `p-`. Code is coloured by classes (`hljs-…`) alone.
 */
export const renderPost = (markdown: string): { html: string; headings: Heading[] } => {
  const parsed = parseMarkdown(markdown.toWellFormed())
  boundRawHtml(parsed)
  let tree = withRawHtml(parsed)
  if (tree === undefined) {
    rawHtmlAsText(parsed)
    tree = toHtmlTree.runSync(parsed) as HtmlRoot
  }
  const finished = finish.runSync(tree) as HtmlRoot
  return { html: finish.stringify(finished), headings: headingsOf(finished) }
}
