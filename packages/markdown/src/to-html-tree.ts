import type { Root as HtmlRoot } from 'hast'
import type { Root } from 'mdast'
import { defaultHandlers, type Handlers, toHast } from 'mdast-util-to-hast'

// The library's own look at all items of a list, or rows of a table, for each of them.
const handlers: Handlers = {
  // The list itself says whether it is loose.
  listItem: (state, node, parent) =>
    defaultHandlers.listItem(state, node, parent?.type === 'list' ? { ...parent, children: [] } : parent),
  // Only the first row is a head.
  tableRow: (state, node, parent) =>
    defaultHandlers.tableRow(
      state,
      node,
      parent?.type === 'table' ? { ...parent, children: parent.children.slice(0, 1) } : parent,
    ),
}

/** The HTML tree of a Markdown tree, with raw HTML as nodes of its own. */
export const toHtmlTree = (markdown: Root): HtmlRoot =>
  toHast(markdown, { handlers, allowDangerousHtml: true, clobberPrefix: '' }) as HtmlRoot
