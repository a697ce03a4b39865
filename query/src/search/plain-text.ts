// Each of these reads a text once: no class reaches past what would begin another match.
const link = /!?\[([^[\]]{0,2000})\]\([^()]{0,2000}\)/g
const steps: readonly [RegExp, string][] = [
  [/<\/?[a-z!][^<>]{0,2000}>/gi, ' '],
  [link, '$1'],
  // Again, for a picture within a link.
  [link, '$1'],
  // Reference links, footnote marks and their definitions. An index expression in code keeps its brackets.
  [/(?<![\p{L}\p{N}\])])!?\[([^[\]^][^[\]]{0,2000})\]\[[^[\]]{0,200}\]/gu, '$1'],
  [/^[ \t]{0,3}\[[^[\]]{1,200}\]:[ \t]+(?=<?(?:\w+:|\/|\.|#))\S{1,2000}.{0,2000}$/gm, ' '],
  [/\[\^[^[\]\s]{1,200}\]:?/g, ''],
  [/^[ \t]{0,3}(?:#{1,6}|>+|[-+]|\d{1,9}[.)])[ \t]+/gm, ''],
  [/^[ \t]{0,3}[-=*_~`|:]{3,}(?:[a-z0-9]\w*)?[ \t]*$/gim, ' '],
  [/[*`~|\\]+/g, ''],
  [/(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/gu, ''],
  // The marks of hits.
  [/[\ue000\ue001]/g, ''],
  [/\s+/g, ' '],
]

/**
 * The words of a Markdown text on one line, for the index and for snippets. Fast and approximate: a hundred thousand posts are read when
 * the index is built.
 */
export const plainText = (markdown: string): string =>
  steps.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), markdown).trim()
