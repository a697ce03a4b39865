/** Marks a word boundary that the text does not show: invisible, and a separator for FTS5. */
const bound = '\u2063'

/** Scripts without spaces between words, or with words that are joined to others. */
const unspaced = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}`
export const hasUnspaced = new RegExp(`[${unspaced}]`, 'u')
const bounds = new RegExp(
  `(?<=[${unspaced}])(?=[\\p{L}\\p{N}\\p{M}])|(?<=[\\p{L}\\p{N}])(?=[${unspaced}])`,
  'gu',
)
/** Full-width and half-width letters and digits: ＡＢＣ, ｶﾀｶﾅ. */
const otherWidth = /[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\uff9f]+/g

/** Vowel points and similar marks of Hebrew and Arabic, which are mostly left out, and the tatweel. */
const points = /[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u0652\u0670]+/g
/** Letters whose accents FTS5 ignores only in decomposed form; it folds those of Latin by itself. */
const accented = /[\p{Script=Greek}Ёё]+/gu

/**
 * A text as it is indexed and searched: without points, in one width, with decomposed Greek accents, and with each letter of a script
 * without spaces as a word. A search in such a script is then a phrase, which is found anywhere in a text.
 */
export const withBounds = (text: string): string => {
  const folded = text
    .replaceAll(bound, '')
    .normalize('NFC')
    .replace(otherWidth, (letters) => letters.normalize('NFKC'))
    .replace(points, '')
    .replace(accented, (letters) => letters.normalize('NFD'))
  return hasUnspaced.test(folded) ? folded.replace(bounds, bound) : folded
}

/** Removes the marks again, for display. */
export const withoutBounds = (text: string): string => text.replaceAll(bound, '').normalize('NFC')
