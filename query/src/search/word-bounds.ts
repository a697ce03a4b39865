/** Stands where a word may begin or end and nothing else says so: invisible, and no part of a word to FTS5. */
const bound = '\u2063'

/** Scripts that are written without spaces between words, or whose words are joined to others. */
const unspaced = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}`
const hasUnspaced = new RegExp(`[${unspaced}]`, 'u')
const bounds = new RegExp(
  `(?<=[${unspaced}])(?=[\\p{L}\\p{N}\\p{M}])|(?<=[\\p{L}\\p{N}])(?=[${unspaced}])`,
  'gu',
)
/** Letters and digits of another width: ＡＢＣ, ｶﾀｶﾅ. */
const otherWidth = /[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\uff9f]+/g

/** Vowel points and the like of Hebrew and Arabic, which most leave out, and the line that only stretches a word. */
const points = /[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u0652\u0670]+/g
/** Letters whose accents FTS5 looks through only where they stand behind the letter; those of Latin it knows by itself. */
const accented = /[\p{Script=Greek}Ёё]+/gu

/**
 * A text as it is indexed, and looked for: without points, in one width, accents of Greek behind their letters, with each letter of a script
 * without spaces a word of its own. What stands side by side there is then a phrase, and is found wherever it stands.
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

/** The same as people read it, but for its points. */
export const withoutBounds = (text: string): string => text.replaceAll(bound, '').normalize('NFC')
