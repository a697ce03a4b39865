import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { unified } from 'unified'

const parser = unified().use(remarkParse).use(remarkGfm)
export type Tree = ReturnType<typeof parser.parse>
export type Node = Tree | Tree['children'][number]

let last: { markdown: string; tree: Tree } | undefined

/**
 * The Markdown tree of a text (GFM). The last one is kept: what prepares a text looks at it many times, and changes it seldom.
 * It is shared and must not be changed.
 */
export const parsed = (markdown: string): Tree => {
  if (last?.markdown !== markdown) last = { markdown, tree: parser.parse(markdown) }
  return last.tree
}
