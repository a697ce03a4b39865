import type { Html, Parents, Root } from 'mdast'
import { limits } from './limits.ts'

const openingTag = /<[a-z]/gi
// An HTML parser opens these again in every block until they are closed. Three of a kind at most, unless their attributes
// differ, so without attributes a text can't grow by more than a constant factor. Nothing that matters is lost.
const attributesOfFormatting =
  /<(b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/])[^>]*(?:>|$)/gi

const eachHtml = (parent: Parents, visit: (html: Html, parent: Parents, index: number) => void): void => {
  for (const [index, child] of parent.children.entries()) {
    if (child.type === 'html') visit(child, parent, index)
    else if ('children' in child) eachHtml(child, visit)
  }
}

const holdsBlocks = new Set(['root', 'blockquote', 'listItem', 'footnoteDefinition'])

/** Shows raw HTML as the characters that were typed. */
export const rawHtmlAsText = (tree: Root): void =>
  eachHtml(tree, ({ value }, parent, index) => {
    const text = { type: 'text', value } as const
    parent.children[index] = holdsBlocks.has(parent.type) ? { type: 'paragraph', children: [text] } : text
  })

/** Makes the raw HTML of a post safe to parse in bounded time and space; too much of it becomes text. Returns whether there is any left. */
export const boundRawHtml = (tree: Root): boolean => {
  let [tags, count] = [0, 0]
  eachHtml(tree, (node) => {
    node.value = node.value.replace(attributesOfFormatting, '<$1>')
    tags += node.value.match(openingTag)?.length ?? 0
    count += 1
  })
  if (tags <= limits.rawTagsMax) return count > 0
  rawHtmlAsText(tree)
  return false
}
