import type { Root } from 'mdast'
import { visit } from 'unist-util-visit'
import { limits } from './limits.ts'

const openingTag = /<[a-z]/gi
// An HTML parser opens these again in every block until they are closed. Three of a kind at most, unless their attributes
// differ, so without attributes a text can't grow by more than a constant factor. Nothing that matters is lost.
const attributesOfFormatting =
  /<(b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/])[^>]*(?:>|$)/gi

/** Makes the raw HTML of a post safe to parse in bounded time and space; too much of it becomes text. */
export const boundRawHtml = (tree: Root): void => {
  let tags = 0
  visit(tree, 'html', (node) => {
    node.value = node.value.replace(attributesOfFormatting, '<$1>')
    tags += node.value.match(openingTag)?.length ?? 0
  })
  if (tags > limits.rawTagsMax) rawHtmlAsText(tree)
}

const holdsBlocks = new Set(['root', 'blockquote', 'listItem', 'footnoteDefinition'])

/** Shows raw HTML as the characters that were typed. */
export const rawHtmlAsText = (tree: Root): void => {
  visit(tree, 'html', (node, index, parent) => {
    if (parent === undefined || index === undefined) return
    const text = { type: 'text', value: node.value } as const
    parent.children[index] = holdsBlocks.has(parent.type) ? { type: 'paragraph', children: [text] } : text
  })
}
