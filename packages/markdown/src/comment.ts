import type { Root as HtmlRoot } from 'hast'
import { sanitize } from 'hast-util-sanitize'
import { toHtml } from 'hast-util-to-html'
import type { ListItem, PhrasingContent, Root } from 'mdast'
import { SKIP, visit } from 'unist-util-visit'
import { eachElement } from './each-element.ts'
import { parseMarkdown } from './parse.ts'
import { rawHtmlAsText } from './raw-html.ts'
import { commentSchema } from './schemas.ts'
import { asCellIfEmpty, codeGroup } from './scrollable.ts'
import { toHtmlTree } from './to-html-tree.ts'

/** A box of a task list as a character: comments contain no form elements. */
const showBox = (item: ListItem): void => {
  const [first] = item.children
  const box: PhrasingContent = { type: 'text', value: item.checked ? '☑ ' : '☐ ' }
  if (first?.type === 'paragraph') first.children.unshift(box)
  else item.children.unshift({ type: 'paragraph', children: [box] })
  item.checked = null
}

/** A comment's heading is a strong line, its picture the words that describe it, its footnote mark what was typed. */
const simplify = (tree: Root): void => {
  visit(tree, (node, index, parent) => {
    if (parent === undefined || index === undefined) return
    if (node.type === 'listItem' && typeof node.checked === 'boolean') showBox(node)
    if (node.type === 'heading')
      parent.children[index] = { type: 'paragraph', children: [{ type: 'strong', children: node.children }] }
    if (node.type === 'image' || node.type === 'imageReference')
      parent.children[index] = { type: 'text', value: node.alt ?? '' }
    if (node.type === 'footnoteReference')
      parent.children[index] = { type: 'text', value: `[^${node.label ?? node.identifier}]` }
    if (node.type === 'footnoteDefinition') {
      parent.children.splice(index, 1, ...node.children)
      return [SKIP, index]
    }
    return
  })
}

const asLines = (value: string): PhrasingContent[] =>
  value
    .split('\n')
    .flatMap((line, index) =>
      index === 0 ? [{ type: 'text', value: line }] : [{ type: 'break' }, { type: 'text', value: line }],
    )

/** A line that was ended in a comment box was meant to end. */
const keepLineEnds = (tree: Root): void => {
  visit(tree, 'text', (node, index, parent) => {
    if (parent === undefined || index === undefined || !node.value.includes('\n')) return
    const lines = asLines(node.value)
    parent.children.splice(index, 1, ...lines)
    return [SKIP, index + lines.length]
  })
}

const ease = (tree: HtmlRoot): void =>
  eachElement(tree, (element) => {
    const { tagName, properties } = element
    if (tagName === 'a') properties.rel = ['nofollow', 'ugc', 'noopener']
    if (tagName === 'pre') Object.assign(properties, codeGroup(element))
    if (tagName === 'th') asCellIfEmpty(element)
  })

/**
 * A comment's Markdown as HTML that is safe to put into a page: running text, links, lists, quotes, code and tables. Raw
 * HTML is shown as it was typed. Links tell search engines that the blog does not vouch for them.
 */
export const renderComment = (markdown: string): string => {
  const tree = parseMarkdown(markdown.toWellFormed())
  rawHtmlAsText(tree)
  simplify(tree)
  keepLineEnds(tree)
  const safe = sanitize(toHtmlTree(tree), commentSchema) as HtmlRoot
  ease(safe)
  return toHtml(safe)
}
