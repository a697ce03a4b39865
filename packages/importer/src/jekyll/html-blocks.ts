import { limits } from '../limits.ts'
import { codeRegions, touchesCode } from './code-regions.ts'

const blockNames =
  'address article aside blockquote center details dd dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup li main nav ol p section summary table tbody td tfoot th thead tr ul'
const opening = new RegExp(`^ {0,3}<(${blockNames.replaceAll(' ', '|')})\\b[^<>]*>`, 'gim')
const verbatim = /<(pre|script|style|textarea)\b[\s\S]*?<\/\1\s*>/gi
const markdownAttribute = /\s+markdown\s*=\s*(?:"([^"]*)"|'([^']*)'|([\w]+))/i

interface Block {
  start: number
  end: number
  open: string
  inside: string
  close: string
}

/** An element from its opening tag to the one that closes it. `budget` is how many characters may still be looked at. */
const elementAt = (text: string, start: number, budget: { left: number }): Block | undefined => {
  const [open = '', name = ''] = /^<([a-z][a-z0-9]*)\b[^<>]*>/i.exec(text.slice(start, start + 2_000)) ?? []
  if (open === '' || open.endsWith('/>')) return undefined
  const tags = new RegExp(`<(/?)${name}\\b[^<>]*>`, 'gi')
  tags.lastIndex = start + open.length
  let depth = 1
  for (let tag = tags.exec(text); tag !== null && budget.left > 0; tag = tags.exec(text)) {
    if (!tag[0].endsWith('/>')) depth += tag[1] === '/' ? -1 : 1
    if (depth > 0) continue
    const end = tag.index + tag[0].length
    budget.left -= end - start
    return { start, end, open, inside: text.slice(start + open.length, tag.index), close: tag[0] }
  }
  budget.left -= text.length - start
  return undefined
}

/** HTML without the blank lines at which Markdown would begin again; in verbatim text they are written as characters. */
const withoutGaps = (html: string): string => {
  const closed = (text: string) => text.replace(/\n(?:[ \t]*\n)+/g, '\n')
  let done = ''
  let from = 0
  for (const match of html.matchAll(verbatim)) {
    done += closed(html.slice(from, match.index))
    done += match[0].replace(/\n(?=[ \t]*\n)[ \t]*/g, '\n&#10;').replace(/&#10;\n/g, '&#10;')
    from = match.index + match[0].length
  }
  return done + closed(html.slice(from))
}

/** Without the margin that all lines share, so that nothing in it is code for being indented. */
const dedent = (text: string): string => {
  const lines = text.split('\n')
  const margins = lines
    .filter((line) => line.trim() !== '')
    .map((line) => line.length - line.trimStart().length)
  const margin = Math.min(...margins, 1_000)
  return lines.map((line) => line.slice(Math.min(margin, line.length - line.trimStart().length))).join('\n')
}

const anyMarkdown = /<[a-z][a-z0-9]*\b[^<>]*\smarkdown\s*=[^<>]*>/gi

/** HTML as kramdown takes it: raw but for elements that say that their inside is Markdown. */
const asKramdown = (html: string, budget: { left: number }, depth = 0): string => {
  let done = ''
  let from = 0
  for (const tag of html.matchAll(anyMarkdown)) {
    if (tag.index < from || depth > limits.markdownInHtmlDepthMax) continue
    const block = elementAt(html, tag.index, budget)
    if (block === undefined) continue
    const [, double, single, bare] = markdownAttribute.exec(block.open) ?? []
    const open = block.open.replace(markdownAttribute, '')
    const isMarkdown = (double ?? single ?? bare) !== '0'
    const inside = isMarkdown
      ? `\n\n${htmlBlocks(dedent(block.inside).trim(), budget, depth + 1)}\n\n`
      : withoutGaps(block.inside)
    done += `${withoutGaps(html.slice(from, block.start))}${open}${inside}${block.close}`
    from = block.end
  }
  return done + withoutGaps(html.slice(from))
}

const htmlBlocks = (text: string, budget: { left: number }, depth: number): string => {
  if (!/^ {0,3}<[a-z]/im.test(text)) return text
  const regions = codeRegions(text)
  let done = ''
  let from = 0
  for (const tag of text.matchAll(opening)) {
    const start = tag.index + tag[0].indexOf('<')
    if (start < from || touchesCode(regions, { start, end: start + 1 })) continue
    const block = elementAt(text, start, budget)
    if (block === undefined) continue
    const html = asKramdown(text.slice(block.start, block.end), budget, depth)
    const rest = /^[ \t]*(?:\n[ \t]*\S)/.test(text.slice(block.end, block.end + 500)) ? '\n' : ''
    done += text.slice(from, block.start) + html + rest
    from = block.end
  }
  return done + text.slice(from)
}

/**
 * Blocks of HTML so that CommonMark reads them as kramdown did: to the tag that closes them, whatever blank lines stand
 * between; as Markdown where they say `markdown="1"`. Code stays as it is.
 */
export const kramdownHtml = (text: string): string =>
  htmlBlocks(text, { left: limits.htmlReadingsMax * text.length }, 0)
