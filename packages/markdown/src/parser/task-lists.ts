import type { MarkdownIt } from 'markdown-it'

const box = /^\[([ \t\nxX])\][ \t\n]+(?=[^ \t\n])/

/** `[ ]` or `[x]` at the beginning of a list item is a box: the item's `meta.checked`. */
export const taskLists = (md: MarkdownIt): void => {
  md.core.ruler.before('inline', 'task_lists', ({ tokens }) => {
    for (const [index, item] of tokens.entries()) {
      if (item.type !== 'list_item_open' || tokens[index + 1]?.type !== 'paragraph_open') continue
      const text = tokens[index + 2]
      const found = text && box.exec(text.content)
      if (!found) continue
      item.meta = { checked: /x/i.test(found[1] ?? '') }
      text.content = text.content.slice(found[0].length)
    }
  })
}
