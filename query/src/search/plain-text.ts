// Each of these reads a text once: no class reaches past what would begin another match.
const link = /!?\[([^[\]]{0,2000})\]\([^()]{0,2000}\)/g
const steps: readonly [RegExp, string][] = [
  [/<\/?[a-z!][^<>]{0,2000}>/gi, ' '],
  [link, '$1'],
  // A picture can stand in a link.
  [link, '$1'],
  // A link by a name, a mark of a footnote, and the lines that say where both lead. An index of code keeps its brackets.
  [/(?<![\p{L}\p{N}\])])!?\[([^[\]^][^[\]]{0,2000})\]\[[^[\]]{0,200}\]/gu, '$1'],
  [/^[ \t]{0,3}\[[^[\]]{1,200}\]:[ \t]+(?=<?(?:\w+:|\/|\.|#))\S{1,2000}.{0,2000}$/gm, ' '],
  [/\[\^[^[\]\s]{1,200}\]:?/g, ''],
  [/^[ \t]{0,3}(?:#{1,6}|>+|[-+]|\d{1,9}[.)])[ \t]+/gm, ''],
  [/^[ \t]{0,3}[-=*_~`|:]{3,}(?:[a-z0-9]\w*)?[ \t]*$/gim, ' '],
  [/[*`~|\\]+/g, ''],
  [/(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/gu, ''],
  // Where a hit begins and ends is said with these two.
  [/[\ue000\ue001]/g, ''],
  [/\s+/g, ' '],
]

/**
 * Markdown's words without its marks, on one line, for looking through and for excerpts of what was found. Quick and rough: a
 * hundred thousand posts are read when the index is built.
 */
export const plainText = (markdown: string): string =>
  steps.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), markdown).trim()
