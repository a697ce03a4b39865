import type { Root } from 'mdast'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { depthOf } from './depth.ts'
import { limits } from './limits.ts'

const parser = unified().use(remarkParse).use(remarkGfm).freeze()

const containerMarkers = /^(?:[ \t]*(?:>|[-+*](?=[ \t>])|\d{1,9}[.)](?=[ \t])))+/gm
const oneMarker = /[ \t]*(?:>|[-+*]|\d{1,9}[.)])/g

const boundContainers = (markdown: string): string =>
  markdown.replace(containerMarkers, (prefix) => {
    const { containerDepthMax, containerPrefixCharsMax } = limits
    const markers = prefix.match(oneMarker) ?? []
    return (markers.length > containerDepthMax ? markers.slice(0, containerDepthMax).join('') : prefix).slice(
      0,
      containerPrefixCharsMax,
    )
  })

// What the parser's time grows with the square of, and by how much: milliseconds for a pair, measured and rounded up.
const tangles = [
  { pattern: /!\[/g, msPerPair: 1.3e-3 },
  { pattern: /[*_~]+/g, msPerPair: 6e-5 },
  { pattern: /[[\]]/g, msPerPair: 1e-5 },
  { pattern: /^[ \t>]*(?:=+|-+)[ \t]*$/gm, msPerPair: 1.1e-4 },
  { pattern: /^[ \t>]*\[[^\]\n]*\]:/gm, msPerPair: 1e-5 },
]

const countOf = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0

const blankLine = /\n[ \t]*\n/

const tangleMsOf = (markdown: string): number => {
  let ms = 0
  for (const block of markdown.split(blankLine))
    for (const { pattern, msPerPair } of tangles) ms += countOf(block, pattern) ** 2 * msPerPair
  return ms
}

/** The text as it was typed: a paragraph for each run of lines, a break for each line. */
const asTyped = (markdown: string): Root => ({
  type: 'root',
  children: markdown
    .split(blankLine)
    .filter((block) => block.trim() !== '')
    .map((block) => ({
      type: 'paragraph',
      children: block
        .split('\n')
        .flatMap((value, index) =>
          index === 0 ? [{ type: 'text', value }] : [{ type: 'break' }, { type: 'text', value }],
        ),
    })),
})

/**
 * The Markdown tree (CommonMark with GitHub's tables, strikethrough, task lists, footnotes and bare links). A text made to
 * exhaust time or stack comes back as the paragraphs that were typed. Never throws.
 */
export const parseMarkdown = (markdown: string): Root => {
  const source = boundContainers(markdown)
  if (countOf(source, /\n/g) > limits.linesMax || tangleMsOf(source) > limits.tangleMsMax)
    return asTyped(markdown)
  const tree = parser.parse(source)
  return depthOf(tree) > limits.treeDepthMax ? asTyped(markdown) : tree
}
