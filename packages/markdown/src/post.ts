import type { Root as HtmlRoot } from 'hast'
import { raw } from 'hast-util-raw'
import { sanitize } from 'hast-util-sanitize'
import { toHtml } from 'hast-util-to-html'
import type { Root } from 'mdast'
import { depthOf } from './depth.ts'
import { limits } from './limits.ts'
import { parseMarkdown } from './parse.ts'
import { finishPost, type Heading } from './post-tree.ts'
import { boundRawHtml, rawHtmlAsText } from './raw-html.ts'
import { postSchema } from './schemas.ts'
import { toHtmlTree } from './to-html-tree.ts'

export type { Heading } from './post-tree.ts'

/** The tree with raw HTML parsed, or undefined if that is nested deeper than what follows can walk. */
const withRawHtml = (markdown: Root): HtmlRoot | undefined => {
  try {
    const tree = raw(toHtmlTree(structuredClone(markdown))) as HtmlRoot
    return depthOf(tree) > limits.treeDepthMax ? undefined : tree
  } catch (error) {
    // The HTML parser's own walk recurses, so tags nested thousands deep end its stack before they can be measured.
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const treeOf = (markdown: Root): HtmlRoot => {
  if (!boundRawHtml(markdown)) return toHtmlTree(markdown)
  const tree = withRawHtml(markdown)
  if (tree) return tree
  rawHtmlAsText(markdown)
  return toHtmlTree(markdown)
}

/** A post's Markdown as a tree that is safe to put into a page, whatever its source. Raw HTML is allowed and sanitised. */
export const safePostTree = (markdown: string): HtmlRoot =>
  sanitize(treeOf(parseMarkdown(markdown.toWellFormed())), postSchema) as HtmlRoot

/**
 * A post's Markdown as HTML that is safe to put into a page, whatever its source, with its headings in order. Raw HTML is
 * allowed and sanitised. Headings begin at h2; every id begins with `p-`. Code is coloured by classes (`hljs-…`) alone.
 */
export const renderPost = (markdown: string): { html: string; headings: Heading[] } => {
  // Everything a person wrote passes the sanitiser; only steps of our own come after it.
  const tree = safePostTree(markdown)
  const headings = finishPost(tree)
  return { html: toHtml(tree), headings }
}
