import type { Root } from 'mdast'
import { typedLines } from './as-typed.ts'
import { limits } from './limits.ts'
import { treeOfMarkdown } from './parser/markdown-parser.ts'

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

/** The text as it was typed: a paragraph for each run of lines, a break for each line. */
const asTyped = (markdown: string): Root => ({
  type: 'root',
  children: typedLines(markdown).map((lines) => ({
    type: 'paragraph',
    children: lines.flatMap((value, index) =>
      index === 0 ? [{ type: 'text', value }] : [{ type: 'break' }, { type: 'text', value }],
    ),
  })),
})

/**
 * The Markdown tree (CommonMark with GitHub's tables, strikethrough, task lists, footnotes and bare links). A text made to
 * exhaust time or stack comes back as the paragraphs that were typed. Never throws.
 */
export const parseMarkdown = (markdown: string): Root =>
  treeOfMarkdown(boundContainers(markdown)) ?? asTyped(markdown)
