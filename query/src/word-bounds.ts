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

/**
 * A text as it is indexed, and looked for: composed, in one width, with each letter of a script without spaces a word of its own. What
 * stands side by side there is then a phrase, and is found wherever it stands.
 */
export const withBounds = (text: string): string => {
  const folded = text
    .replaceAll(bound, '')
    .normalize('NFC')
    .replace(otherWidth, (letters) => letters.normalize('NFKC'))
  return hasUnspaced.test(folded) ? folded.replace(bounds, bound) : folded
}

/** The same as people read it. */
export const withoutBounds = (text: string): string => text.replaceAll(bound, '')
