const ignorable = /\p{Default_Ignorable_Code_Point}/gu
const spaces = /\s+/gu
const token = /[\p{L}\p{N}\p{M}]+/gu
const wordCharacter = /[\p{L}\p{N}\p{M}]/u

/**
 * Normalises text for comparison: removes invisible characters (zero-width, soft hyphens), applies NFKC, folds case and collapses
 * white space. Upper case, since lower case keeps some pairs apart (ß and ss, ς and σ).
 */
export const fold = (text: string): string =>
  text.replace(ignorable, '').normalize('NFKC').toUpperCase().normalize('NFKC').replace(spaces, ' ').trim()

/** The words of a folded text: runs of letters, digits and marks of any script. */
export const tokensOf = (folded: string): string[] => folded.match(token) ?? []

const codePointBefore = (text: string, index: number): string => {
  const unit = text.charCodeAt(index - 1)
  const isLowSurrogate = unit >= 0xdc00 && unit <= 0xdfff
  return text.slice(index - (isLowSurrogate ? 2 : 1), index)
}

const isWordCharacter = (character: string): boolean => wordCharacter.test(character)

/** True if `text` contains `word` as a whole word. Both must be folded. */
export const containsWord = ({ text, word }: { text: string; word: string }): boolean => {
  const beginsAsWord = isWordCharacter(String.fromCodePoint(word.codePointAt(0) ?? 0))
  const endsAsWord = isWordCharacter(codePointBefore(word, word.length))
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    const end = at + word.length
    const before = beginsAsWord && at > 0 && isWordCharacter(codePointBefore(text, at))
    const after =
      endsAsWord && end < text.length && isWordCharacter(String.fromCodePoint(text.codePointAt(end) ?? 0))
    if (!before && !after) return true
  }
  return false
}

// A URL with a scheme, a URL without one (`//host`), or a host that begins with www; the latter two not inside a word.
const link =
  /https?:\/\/|(?<![\p{L}\p{N}:/])\/\/(?=[\p{L}\p{N}])|(?<![\p{L}\p{N}/.@-])www\.(?=[\p{L}\p{N}])/giu

/** Counts the links in a text: plain, Markdown and HTML. */
export const countLinks = (text: string): number =>
  text.replace(ignorable, '').normalize('NFKC').match(link)?.length ?? 0
