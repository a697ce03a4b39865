import { codeRegions, cutsCode, touchesCode } from './code-regions.ts'

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

/**
 * Kramdown's own marks as GFM: attribute lists, ids of headings, extensions and the table of contents go, abbreviations become a list at
 * the end. Code stays as it is.
 */
export const cleanKramdown = (source: string): string => {
  const withoutComments = replaceOutsideCode(
    source,
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
  if (abbreviations.length === 0) return withoutAbbreviations
  return `${withoutAbbreviations.trimEnd()}\n\n${abbreviations.join('\n')}\n`
}
