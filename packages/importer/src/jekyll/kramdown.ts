import { codeRegions, cutsCode, touchesCode } from './code-regions.ts'
import { kramdownHtml } from './html-blocks.ts'
import { kramdownLines } from './kramdown-lines.ts'

type Change = (match: RegExpExecArray) => string | undefined

/** Replaces what matches outside code; undefined leaves a match as it is. `holdsCode` lets a match have code within it. */
const replaceOutsideCode = (
  text: string,
  pattern: RegExp,
  change: Change,
  { holdsCode }: { holdsCode: boolean } = { holdsCode: false },
): string => {
  if (!new RegExp(pattern.source, pattern.flags.replace('g', '')).test(text)) return text
  const regions = codeRegions(text)
  let done = ''
  let from = 0
  for (const match of text.matchAll(pattern)) {
    const end = match.index + match[0].length
    const stretch = { start: match.index, end }
    const isCode = holdsCode ? cutsCode(regions, stretch) : touchesCode(regions, stretch)
    const written = isCode ? undefined : change(match)
    if (written === undefined) continue
    done += text.slice(from, match.index) + written
    from = end
  }
  return done + text.slice(from)
}

const attribute = /^(?:[.#][\w-]+|[\w-]+=(?:"[^"]*"|'[^']*')|toc|no_toc|footnotes)$/

/** `.wide #top title="Two words"`: what an attribute list may hold. */
const isAttributeList = (inside: string): boolean => {
  const parts = inside.trim().match(/[\w-]+=(?:"[^"]*"|'[^']*')|\S+/g) ?? []
  return parts.length > 0 && parts.every((part) => attribute.test(part))
}

const isExtension = (inside: string): boolean =>
  /^[:/](?:$|(?:nomarkdown|comment|options|\/|\s|:)[^{}]*$)/.test(inside)

const anchor = (id: string): string => `<a id="${id}"></a>`

/** Ids that links of the text lead to, kept as anchors: a heading has its own name otherwise. */
const withAnchors = (source: string): string => {
  const sought = new Set(
    [...source.matchAll(/\]\(#([\w:.-]{1,100})\)|href=["']#([\w:.-]{1,100})["']/g)].map(
      ([, one, other]) => one ?? other ?? '',
    ),
  )
  if (sought.size === 0) return source
  const own = replaceOutsideCode(
    source,
    /^( {0,3}#{1,6}[ \t]+)([^\n]{0,500}?)[ \t]{1,20}\{:?[ \t]*#([\w:.-]{1,100})[^{}\n]{0,200}\}[ \t#]{0,20}$/gm,
    ([, marks = '', words = '', id = '']) => (sought.has(id) ? `${marks}${anchor(id)}${words}` : undefined),
    { holdsCode: true },
  )
  return replaceOutsideCode(
    own,
    /^( {0,3}(?:#{1,6}[ \t]+|[-*+][ \t]+)?)([^\s{][^\n]{0,2000})(\n(?:(?:=+|-+)[ \t]*\n)?)\{:[^{}\n]{0,200}?#([\w:.-]{1,100})[^{}\n]{0,200}\}[ \t]*$/gm,
    ([, marks = '', words = '', end = '', id = '']) =>
      sought.has(id) ? `${marks}${anchor(id)}${words}${end.replace(/\n$/, '')}` : undefined,
    { holdsCode: true },
  )
}

/**
 * Kramdown's own marks as GFM: attribute lists, ids of headings, extensions and the table of contents go, abbreviations become a list at
 * the end, blocks that CommonMark reads in another way are written in its own. Code stays as it is.
 */
export const cleanKramdown = (source: string): string => {
  const withoutComments = replaceOutsideCode(
    withAnchors(source),
    /\{::comment\}[\s\S]{0,5000}?\{:\/(?:comment)?\}\n?/g,
    () => '',
    { holdsCode: true },
  )
  const withoutContents = replaceOutsideCode(
    withoutComments,
    /^[*+-][ \t]+.{0,200}\n\{:[ \t]*toc[^\n]{0,200}(?:\n|$)/gm,
    () => '',
  )
  const withoutAlone = replaceOutsideCode(
    withoutContents,
    /^[ \t]{0,20}\{:([^{}\n]{0,500})\}[ \t]{0,20}(?:\n|$)/gm,
    ([, inside = '']) => (isAttributeList(inside) || isExtension(inside) ? '' : undefined),
  )
  const withoutLists = replaceOutsideCode(withoutAlone, /\{:([^{}\n]{0,500})\}/g, ([, inside = '']) =>
    isAttributeList(inside) || isExtension(inside) ? '' : undefined,
  )
  const withoutIds = replaceOutsideCode(
    withoutLists,
    /^([ ]{0,3}#{1,6}[ \t][^\n]{0,500}?)[ \t]{1,20}\{#[\w:.-]{1,100}\}[ \t#]{0,20}$/gm,
    ([, heading = '']) => heading,
    { holdsCode: true },
  )
  const abbreviations: string[] = []
  const withoutAbbreviations = replaceOutsideCode(
    withoutIds,
    /^\*\[([^\]\n]{1,100})\]:[ \t]*([^\n]{0,500})(?:\n|$)/gm,
    ([, short = '', meaning = '']) => {
      abbreviations.push(`- **${short}**: ${meaning.trim()}`)
      return ''
    },
    { holdsCode: true },
  )
  const blocks = kramdownLines(kramdownHtml(withoutAbbreviations))
  if (abbreviations.length === 0) return blocks
  return `${blocks.trimEnd()}\n\n${abbreviations.join('\n')}\n`
}
