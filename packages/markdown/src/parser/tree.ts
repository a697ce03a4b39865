import type { Token } from 'markdown-it'
import type { AlignType, Heading, Nodes, Root } from 'mdast'
import { limits } from '../limits.ts'

type Parent = Extract<Nodes, { children: unknown[] }>

/** The parser passes over what is nested deeper than its bound: a tree that comes near may have lost some. */
const levelsMax = limits.levelsMax - 2

/** Ends of what has no node of its own. */
const closesNothing = new Set(['thead_close', 'tbody_close'])

const attrOf = (token: Token, name: string): string | null => {
  const value = token.attrGet(name)
  return value === null ? null : String(value)
}

const addressOf = (token: Token, name: 'href' | 'src') => ({
  url: attrOf(token, name) ?? '',
  title: attrOf(token, 'title'),
})

const alignOf = (cell: Token): AlignType =>
  (attrOf(cell, 'style')?.slice('text-align:'.length) ?? null) as AlignType

/** What describes a picture: its text without its marks. */
const wordsOf = (tokens: readonly Token[]): string =>
  tokens
    .map(({ type, content, children }) => {
      if (type === 'softbreak') return '\n'
      return type === 'image' ? wordsOf(children ?? []) : content
    })
    .join('')

const noteOf = ({ meta }: Token) => ({
  identifier: String(meta?.identifier),
  label: String(meta?.label),
})

const checkedOf = ({ meta }: Token): boolean | null => (meta ? meta.checked === true : null)

/** The node that a token begins; undefined where its children belong to the node around it. */
const parentOf = (token: Token): Parent | undefined => {
  switch (token.type) {
    case 'paragraph_open':
      return { type: 'paragraph', children: [] }
    case 'heading_open':
      return { type: 'heading', depth: Number(token.tag.slice(1)) as Heading['depth'], children: [] }
    case 'blockquote_open':
      return { type: 'blockquote', children: [] }
    case 'bullet_list_open':
      return { type: 'list', ordered: false, start: null, spread: false, children: [] }
    case 'ordered_list_open':
      return {
        ...{ type: 'list', ordered: true, spread: false, children: [] },
        start: Number(token.attrGet('start') ?? 1),
      }
    case 'list_item_open':
      return { type: 'listItem', checked: checkedOf(token), spread: false, children: [] }
    case 'footnote_open':
      return { type: 'footnoteDefinition', ...noteOf(token), children: [] }
    case 'table_open':
      return { type: 'table', align: [], children: [] }
    case 'tr_open':
      return { type: 'tableRow', children: [] }
    case 'th_open':
    case 'td_open':
      return { type: 'tableCell', children: [] }
    case 'em_open':
      return { type: 'emphasis', children: [] }
    case 'strong_open':
      return { type: 'strong', children: [] }
    case 'del_open':
      return { type: 'delete', children: [] }
    case 'link_open':
      return { type: 'link', ...addressOf(token, 'href'), children: [] }
    default:
      return undefined
  }
}

const leafOf = (token: Token): Nodes | undefined => {
  const { type, content, info } = token
  switch (type) {
    case 'text':
      return content === '' ? undefined : { type: 'text', value: content }
    case 'softbreak':
      return { type: 'text', value: '\n' }
    case 'hardbreak':
      return { type: 'break' }
    case 'code_inline':
      return { type: 'inlineCode', value: content }
    case 'image':
      return { type: 'image', ...addressOf(token, 'src'), alt: wordsOf(token.children ?? []) }
    case 'html_inline':
      return { type: 'html', value: content }
    case 'html_block':
      return { type: 'html', value: content.replace(/\n$/, '') }
    case 'fence':
    case 'code_block':
      // An empty line at the beginning is not shown, as it never was.
      return { type: 'code', lang: /\S+/.exec(info)?.[0] ?? null, value: content.replace(/^\n|\n$/g, '') }
    case 'hr':
      return { type: 'thematicBreak' }
    case 'footnote_reference':
      return { type: 'footnoteReference', ...noteOf(token) }
    default:
      return undefined
  }
}

const add = (parent: Parent, node: Nodes): void => {
  const last = parent.children.at(-1)
  if (node.type === 'text' && last?.type === 'text') last.value += node.value
  else (parent.children as Nodes[]).push(node)
}

/** A paragraph that is shown as one makes its item loose, and so the list. */
const loosen = (item: Parent | undefined, list: Parent | undefined): void => {
  if (item?.type === 'listItem') item.spread = true
  if (list?.type === 'list') list.spread = true
}

/** How much of a tree is not in its text: characters of addresses that references repeat, and cells that rows leave out. */
const addedBy = (node: Nodes, token: Token): number => {
  if (node.type === 'link' || node.type === 'image') return node.url.length + (node.title?.length ?? 0)
  return token.type === 'td_open' ? limits.charsPerCell : 0
}

/**
 * The tree of a text as its tokens tell it; undefined where it is nested so deep that parts of it may be missing, or would be far longer
 * than the text, of `chars` UTF-16 code units.
 */
export const treeOf = (tokens: readonly Token[], chars: number): Root | undefined => {
  const root: Root = { type: 'root', children: [] }
  const open: Parent[] = [root]
  let isNestedTooDeep = false
  let added = 0

  const walk = (some: readonly Token[]): void => {
    for (const token of some) {
      if (token.level >= levelsMax) isNestedTooDeep = true
      const parent = open.at(-1) ?? root
      if (token.nesting === 1) {
        const begun = parentOf(token)
        if (begun === undefined) continue
        if (begun.type === 'paragraph' && !token.hidden) loosen(parent, open.at(-2))
        if (begun.type === 'tableCell' && token.tag === 'th') {
          const table = open.at(-2)
          if (table?.type === 'table') table.align?.push(alignOf(token))
        }
        if (begun.type === 'link' && open.some(({ type }) => type === 'link')) {
          // No link stands in another: its text belongs to the one around it.
          open.push(parent)
          continue
        }
        add(parent, begun)
        added += addedBy(begun, token)
        open.push(begun)
      } else if (token.nesting === -1) {
        if (!closesNothing.has(token.type)) open.pop()
      } else if (token.type === 'inline') walk(token.children ?? [])
      else {
        const leaf = leafOf(token)
        if (leaf === undefined) continue
        add(parent, leaf)
        added += addedBy(leaf, token)
      }
    }
  }
  walk(tokens)
  const addedMax = limits.addedCharsMax + limits.addedCharsMaxPerChar * chars
  return isNestedTooDeep || added > addedMax ? undefined : root
}
