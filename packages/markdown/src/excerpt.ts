import type { Nodes, Root } from 'mdast'
import { limits } from './limits.ts'
import { parseMarkdown } from './parse.ts'

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  hellip: '…',
  ndash: '–',
  mdash: '—',
}

const textOfHtml = (html: string): string =>
  html
    .replace(/<(script|style|template|svg|noscript)\b[\s\S]*?(?:<\/\1\s*>|$)/gi, ' ')
    .replace(/<!--[\s\S]*?(?:-->|$)/g, ' ')
    .replace(/<\/?[a-z][^>]*(?:>|$)/gi, ' ')
    .replace(/&([a-z]+);/g, (whole, name: string) => entities[name] ?? whole)

const silent = new Set([
  'code',
  'definition',
  'footnoteDefinition',
  'footnoteReference',
  'heading',
  'image',
  'imageReference',
  'table',
  'thematicBreak',
  'yaml',
])
/** A file that stands by itself, as a player or a link to download. */
const mediaFile = /^\/api\/media\/[0-9a-f-]{36}\/original(?:#|$)/
const isFile = (node: Nodes): boolean => {
  const [only, more] = node.type === 'paragraph' ? node.children : []
  return only?.type === 'link' && more === undefined && mediaFile.test(only.url)
}

const blocks = new Set(['paragraph', 'listItem', 'blockquote', 'list'])

/** A text's running prose, without headings, code, tables, pictures or files, on one line. */
const proseOf = (root: Root): string => {
  const parts: string[] = []
  const waiting: Nodes[] = [root]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (silent.has(node.type) || isFile(node)) continue
    if (blocks.has(node.type)) parts.push(' ')
    if (node.type === 'text' || node.type === 'inlineCode') parts.push(node.value)
    else if (node.type === 'break') parts.push(' ')
    else if (node.type === 'html')
      parts.push(/^<\/?[a-z]+\s*\/?>$/i.test(node.value) ? '' : textOfHtml(node.value))
    else if ('children' in node) waiting.push(...node.children.toReversed())
  }
  return parts.join('').replace(/\s+/g, ' ').trim()
}

const sentenceEnd = /[.!?…]+["'”’»)\]]*(?=\s|$)|[。！？]+[」』）]*/g

/** Up to where `prose` may be shown: after a whole sentence, else after a whole word with an ellipsis. */
const cutAt = ({ prose, charsMax }: { prose: string; charsMax: number }): string => {
  let end = 0
  for (const match of prose.slice(0, charsMax + 1).matchAll(sentenceEnd)) {
    const after = match.index + match[0].length
    if (after <= charsMax) end = after
  }
  if (end > 0) return prose.slice(0, end)
  const room = prose.slice(0, charsMax)
  const lastSpace = room.lastIndexOf(' ')
  const words = (lastSpace > 0 ? room.slice(0, lastSpace) : room.slice(0, -1))
    .toWellFormed()
    .replace(/\uFFFD$/, '')
  return `${words.replace(/[\s,;:–—-]+$/, '')}…`
}

/** How much of a text is read to find an excerpt of it, in UTF-16 code units. */
export const charsReadOf = ({ charsMax }: { charsMax: number }): number =>
  charsMax * limits.sourceCharsPerExcerptChar

/**
 * A post's first sentences as plain text on one line, at most `charsMax` UTF-16 code units (at least 1), empty if the post
 * holds no prose. The same text always gives the same excerpt, and no text is costly: only its beginning is read.
 */
export const excerptOf = (markdown: string, { charsMax }: { charsMax: number }): string => {
  const sourceChars = charsReadOf({ charsMax })
  const prose = proseOf(parseMarkdown(markdown.slice(0, sourceChars).toWellFormed()))
  return prose.length <= charsMax && markdown.length <= sourceChars
    ? prose
    : prose && cutAt({ prose, charsMax })
}
