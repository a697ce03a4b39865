/** What other punctuation would take the difference from: C, C++ and C# are three tags. */
const words: readonly (readonly [RegExp, string])[] = [
  [/\+/g, ' plus '],
  [/#/g, ' sharp '],
  [/&/g, ' and '],
  [/^\./, 'dot '],
]
const betweenWords = /[^\p{L}\p{M}\p{N}\p{So}]+/gu

const codesOf = (text: string): string =>
  [...text].map((char) => char.codePointAt(0)?.toString(16)).join('-') || '0'

const slugOf = (text: string, kind: 'tag' | 'author'): string => {
  const plain = text.toWellFormed().normalize('NFKC').toLowerCase().trim()
  const spelt = words.reduce((so, [mark, word]) => so.replace(mark, word), plain)
  const slug = spelt.replaceAll(betweenWords, '-').replaceAll(/^-|-$/g, '').normalize('NFC')
  return slug || `${kind}-${codesOf(plain)}`
}

/**
 * The part of an address that a tag goes by: its words in lower case, joined by dashes. It holds nothing that an address
 * could be read by in two ways, whatever the tag holds, is never empty, and is its own slug. Tags that differ in case, spaces or
 * punctuation alone have one slug, and one page.
 */
export const tagSlug = (tag: string): string => slugOf(tag, 'tag')

/** The same for the name of an author: names of one slug have one page. */
export const authorSlug = (name: string): string => slugOf(name, 'author')
