const words = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
/** The first character as readers see it. Segmenting a word takes as long as rendering its portrait, and most names need none of it. */
const firstOf = (word: string): string =>
  /^[A-Za-z](?=[A-Za-z]|$)/.exec(word)?.[0] ??
  words.segment(word)[Symbol.iterator]().next().value?.segment ??
  ''

/** The first letters of the first and the last word of a name. */
export const initialsOf = (name: string): string => {
  const parts = name.split(/[\s\-–—_.]+/).filter((part) => /[\p{L}\p{N}]/u.test(part))
  const [first = '', last = ''] = [parts[0], parts.length > 1 ? parts.at(-1) : '']
  return `${firstOf(first)}${firstOf(last)}`.toUpperCase()
}
