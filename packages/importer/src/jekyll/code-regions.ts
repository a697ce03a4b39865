import { type Node, parsed } from '../markdown/parsed.ts'

/** From `start` up to but without `end`, in UTF-16 code units. */
export interface Region {
  start: number
  end: number
}

const isVerbatimHtml = (html: string): boolean => /^\s*<(?:pre|script|style|textarea)\b/i.test(html)

/** What no code does without: a fence's or span's marks, an indentation, or an element that is verbatim. */
const maybeCode = /[`~\t]| {4}|<(?:pre|script|style|textarea)\b/i

/** Where a Markdown text is code: fences, indented blocks, spans, and HTML that is verbatim. In order, never overlapping. */
export const codeRegions = (markdown: string): Region[] => {
  if (!maybeCode.test(markdown)) return []
  const regions: Region[] = []
  const waiting: Node[] = [parsed(markdown)]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const isCode =
      node.type === 'code' ||
      node.type === 'inlineCode' ||
      (node.type === 'html' && isVerbatimHtml(node.value))
    const start = node.position?.start.offset
    const end = node.position?.end.offset
    if (isCode && start !== undefined && end !== undefined) regions.push({ start, end })
    if ('children' in node) waiting.push(...node.children)
  }
  return regions.sort((one, other) => one.start - other.start)
}

/** The index of the first region that ends after an offset. */
const firstAfter = (regions: readonly Region[], offset: number): number => {
  let low = 0
  let high = regions.length
  while (low < high) {
    const middle = (low + high) >> 1
    const region = regions[middle]
    if (region !== undefined && region.end <= offset) low = middle + 1
    else high = middle
  }
  return low
}

/** Whether a stretch shares a character with any of the regions, which are in order. */
export const touchesCode = (regions: readonly Region[], { start, end }: Region): boolean => {
  const next = regions[firstAfter(regions, start)]
  return next !== undefined && next.start < end
}

/**
 * Whether taking a stretch away would change code: it shares a character with a region, and does not hold the region
 * within itself, as a caption holds a word in backticks. The regions are in order.
 */
export const cutsCode = (regions: readonly Region[], { start, end }: Region): boolean => {
  for (let index = firstAfter(regions, start); ; index += 1) {
    const region = regions[index]
    if (region === undefined || region.start >= end) return false
    if (region.start <= start || region.end >= end) return true
  }
}
