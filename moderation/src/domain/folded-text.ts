const ignorable = /\p{Default_Ignorable_Code_Point}/gu
const spaces = /\s+/gu
const token = /[\p{L}\p{N}\p{M}]+/gu
const wordCharacter = /[\p{L}\p{N}\p{M}]/u

/**
 * Text as words are compared: without characters that nobody sees (zero-width ones, soft hyphens), in NFKC form, without
 * case, each run of white space one space. Upper case, since it knows the pairs that lower case does not (ß, ς).
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

/** True where `word` stands in `text`, both folded, and is not a part of a longer word. */
export const holdsWord = ({ text, word }: { text: string; word: string }): boolean => {
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

// An address with a scheme, one without it (`//there`), or a host that begins with www; the latter two not within a word.
const link =
  /https?:\/\/|(?<![\p{L}\p{N}:/])\/\/(?=[\p{L}\p{N}])|(?<![\p{L}\p{N}/.@-])www\.(?=[\p{L}\p{N}])/giu

/** How many links a text holds, written out or in Markdown or HTML. */
export const countLinks = (text: string): number =>
  text.replace(ignorable, '').normalize('NFKC').match(link)?.length ?? 0
